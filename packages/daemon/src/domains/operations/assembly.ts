import { hostname } from 'node:os';
import { killPointFromEnvironment, makeRunner, type Workflow } from '@operations-center/workflow';
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
