import { hostname } from 'node:os';
import { killPointFromEnvironment, makeRunner, type ProgressEvent, type Workflow } from '@operations-center/workflow';
import type { Clock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/http/answer.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import { operationHandlers } from './operations.routes.ts';
import { makeOperationService, type OperationService } from './operations.service.ts';

export type OperationParts = { database: MainDatabase; clock: Clock; log: Log; workflows: readonly Workflow[] };

export function assembleOperations({ database, clock, log, workflows }: OperationParts): {
  service: OperationService;
  handlers: readonly Handler[];
  start(): Promise<void>;
  stop(graceMs: number): Promise<void>;
} {
  const runner = makeRunner({
    database,
    clock,
    log,
    workflows,
    owner: hostname(),
    // The lock on the state directory sees to it that nobody else lives on this file.
    exclusive: database.dialect === 'sqlite',
    killPoint: killPointFromEnvironment(),
    onEvent: (event) => tell(log, event),
  });
  const stopping = new AbortController();
  const service = makeOperationService(runner, stopping.signal);
  return {
    service,
    handlers: operationHandlers(service),
    start: () => runner.start(),
    stop(graceMs) {
      stopping.abort();
      return runner.stop({ graceMs });
    },
  };
}

/** What a person looks for in the log at night; every single step is in the journal. */
function tell(log: Log, { operation, step, event, text }: ProgressEvent): void {
  if (event === 'failed' || event === 'undo_failed') log.warn({ operation, step, event }, text ?? 'a step failed');
  else if (event === 'submitted' || event === 'resting' || event.endsWith('_asked')) {
    log.info({ operation, event }, text ?? `operation ${event.replace('_', ' ')}`);
  }
}
