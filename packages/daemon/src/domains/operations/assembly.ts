import { type News, silence } from '@operations-center/database';
import {
  killPointFromEnvironment,
  makeRunner,
  type ProgressEvent,
  type Rest,
  type Runner,
  type Workflow,
} from '@operations-center/workflow';
import type { Clock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/http/answer.ts';
import type { Log } from '../../platform/log.ts';
import { type RunningLoop, startLoop } from '../../platform/loops.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import type { EventLog } from '../events/event-log.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { toOperationEvent } from './operation.ts';
import { makeOperationWarnings } from './operation-warnings.service.ts';
import { operationHandlers } from './operations.routes.ts';
import { makeOperationService, type OperationService } from './operations.service.ts';
import { pruneOperationsLoop } from './prune-operations.loop.ts';

export type OperationParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  workflows: readonly Workflow[];
  /** Who we are among the daemons of this database. */
  daemon?: { id: string; leaseMs: number };
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  events: EventLog;
  /** Called in the transaction that brings an operation to rest. */
  onRest?(tx: Tx, rest: Rest): Promise<void>;
  /** Other daemons look for work, and for what people asked, when they are told to. */
  news?: Pick<News, 'tell' | 'hear'>;
  /** What is kept of operations that have ended. Nothing is removed without it. */
  kept?(): { days: number; count: number };
  /** Why nothing may go on by itself, if so. */
  held?(): string | undefined;
};

export function assembleOperations(parts: OperationParts): {
  service: OperationService;
  handlers: readonly Handler[];
  start(): Promise<void>;
  stop(graceMs: number): Promise<void>;
} {
  const { database, clock, log, workflows, warnings, events, onRest } = parts;
  const { daemon = { id: 'alone', leaseMs: 15_000 } } = parts;
  const runner = makeRunner({
    database,
    clock,
    log,
    workflows,
    owner: daemon.id,
    leaseMs: daemon.leaseMs,
    // The lock on the state directory sees to it that nobody else lives on this file.
    exclusive: database.dialect === 'sqlite',
    held: () => parts.held?.(),
    killPoint: killPointFromEnvironment(),
    onEvent: (event) => tell(log, event),
    async onRecord(tx, record) {
      await events.append(tx, { type: 'operation', at: record.at, metadata: toOperationEvent(record) });
      if (record.rest !== undefined) await onRest?.(tx as Tx, record.rest); // the very tx of this database
    },
  });
  shareWork(runner, parts.news ?? silence);
  const told = makeOperationWarnings({ warnings, view: (id) => runner.view(id), log });
  runner.subscribe((event) => told.heed(event));
  const stopping = new AbortController();
  let pruning: RunningLoop | undefined;
  const service = makeOperationService(runner, stopping.signal);
  return {
    service,
    handlers: operationHandlers(service),
    async start() {
      await runner.start();
      if (parts.kept === undefined) return;
      const kept = parts.kept;
      pruning = startLoop(pruneOperationsLoop({ database, clock, log, kept: () => kept() }), { clock, log });
    },
    async stop(graceMs) {
      stopping.abort();
      await pruning?.stop();
      await runner.stop({ graceMs });
      await told.settled();
    },
  };
}

/** Another daemon may have the operation that was asked to end, or room for the one that was submitted. */
function shareWork(runner: Runner, news: Pick<News, 'tell' | 'hear'>): void {
  runner.subscribe(({ operation, event }) => {
    if (event === 'submitted' || event.endsWith('_asked')) news.tell('operations', operation);
  });
  news.hear('operations', () => runner.look());
}

/** What a person looks for in the log at night; every single step is in the journal. */
function tell(log: Log, { operation, step, event, text }: ProgressEvent): void {
  if (event === 'failed' || event === 'undo_failed') log.warn({ operation, step, event }, text ?? 'a step failed');
  else if (event === 'submitted' || event === 'resting' || event.endsWith('_asked')) {
    log.info({ operation, event }, text ?? `operation ${event.replace('_', ' ')}`);
  }
}
