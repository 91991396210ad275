import { randomUUID } from 'node:crypto';
import type { DatabaseLog } from '@operations-center/database';
import { type KnownWorkflows, workflowKey } from '../derive/reading.ts';
import type { Exit } from '../operation.ts';
import type { OnRecord } from '../operation-record.ts';
import type { EngineDatabase } from '../store/operations.store.ts';
import { actOn } from './acts.ts';
import { makeExecution } from './execution.ts';
import type { Claim, Departure, Execution, ExecutionParts } from './execution-parts.ts';
import { makeGivingBack } from './give-back.ts';
import { makeLeaseKeeper } from './lease-keeper.ts';
import { Room } from './room.ts';
import type { Runner, RunnerParts } from './runner-parts.ts';
import { submitOperation } from './submit.ts';
import { makeTaker } from './take-up.ts';
import { watchOperations } from './watch-operations.ts';

const silentLog: DatabaseLog = { info: () => {}, warn: () => {} };

/** Runs the operations of one database: beside other runners, or as the only one (`exclusive`). */
export function makeRunner<Schema>(parts: RunnerParts<Schema>): Runner {
  const { clock, owner, leaseMs = 15_000, exclusive = false, pollMs = 1_000, log = silentLog } = parts;
  const database: EngineDatabase = parts.database;
  const onRecord: OnRecord = parts.onRecord ?? (async () => {});
  const nowMs = () => clock.nowMs();
  const operationsAtOnce = parts.operationsAtOnce ?? 2_000;
  const holder = `${owner}#${randomUUID()}`;
  const lease = () => ({ owner, holder, leaseMs, nowMs: nowMs() });
  const known: KnownWorkflows = new Map(
    parts.workflows.map((workflow) => [workflowKey(workflow.name, workflow.version), workflow]),
  );
  const room = new Room(parts.concurrency ?? 64);
  const held = new Map<string, Execution>();
  const pending = new Set<Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  let state: 'new' | 'working' | 'stopping' | 'over' = 'new';

  const liveOf = (id: string) => Object.fromEntries(held.get(id)?.observed ?? []);
  const { emit, subscribe, page, journal, count, view, wait } = watchOperations({ database, known, pollMs, liveOf });
  if (parts.onEvent !== undefined) subscribe((event) => parts.onEvent?.(event));

  /** Background work: its failures are logged here and nowhere else. */
  function supervise(what: string, work: Promise<void>): Promise<void> {
    const watched = work.catch((error: unknown) =>
      log.warn({ err: error, what }, 'the operation runner had to let go'),
    );
    pending.add(watched);
    return watched.finally(() => pending.delete(watched));
  }

  const keeper = makeLeaseKeeper({ database, lease, exclusive, held, lose, supervise });

  const givingBack = makeGivingBack({ database, supervise });
  const taker = makeTaker({
    database,
    known,
    nowMs,
    log,
    lease,
    exclusive,
    resumeLimitMs: parts.resumeLimitMs ?? 3_600_000,
    heldBack: () => parts.held?.(),
    isWorking: () => state === 'working',
    roomLeft: () => operationsAtOnce - held.size,
    claimedAt: (ms) => keeper.claimedAt(ms),
    onRecord,
    supervise,
    begin,
    rested: (id) => emit({ operation: id, at: nowMs(), event: 'resting' }),
  });

  const submit: Runner['submit'] = (tx, submission) =>
    submitOperation(tx, submission, {
      workflows: parts.workflows,
      nowMs,
      onRecord,
      submitted(id, at) {
        emit({ operation: id, at, event: 'submitted' });
        taker.wake();
      },
    });

  function begin(claim: Claim): void {
    const execution = makeExecution(executionParts, claim);
    held.set(execution.id, execution);
    execution.advance();
  }

  const executionParts: ExecutionParts = {
    database,
    nowMs,
    owner,
    room,
    killPoint: parts.killPoint ?? (() => {}),
    onRecord,
    log,
    isLeaseValid: () => keeper.isValid(),
    boundedMs: (ms) => keeper.boundedMs(ms),
    onProgress: (operation, progress) => emit({ operation, ...progress }),
    onLeft: leave,
    onCrash: crash,
  };

  function leave(execution: Execution, departure: Departure): void {
    const { id, fence } = execution;
    held.delete(id);
    if (departure.how === 'released') givingBack.release({ id, fence });
    if (departure.how === 'lost') log.warn({ operation: id }, 'the operation was taken over by another runner');
    if (departure.how === 'broken') {
      log.warn({ operation: id, err: departure.error }, 'a record of the operation could not be written');
      givingBack.drop({ id, fence });
    }
    if (departure.how === 'closed' || departure.how === 'parked') {
      emit({ operation: id, at: nowMs(), event: 'resting' });
    }
    if (taker.isWanted() || held.size === operationsAtOnce - 1) taker.wake();
  }

  /** Nothing more may be written: as if the process had died. */
  function crash(): void {
    state = 'over';
    for (const timer of timers) clearInterval(timer);
    for (const execution of held.values()) execution.abort('lease', true);
  }

  async function start(): Promise<void> {
    if (state !== 'new') throw new Error('a runner starts once');
    state = 'working';
    await taker.takeFirst();
    if (state !== 'working') return;
    timers.push(
      setInterval(poll, pollMs),
      setInterval(() => keeper.beat(), leaseMs / 3),
    );
    taker.wake();
  }

  function poll(): void {
    givingBack.retry();
    taker.wake();
  }

  function lose(execution: Execution): void {
    execution.abort('lease', true);
    leave(execution, { how: 'lost' });
  }

  /** What a person did has moved the fence on. */
  function letGo(execution: Execution | undefined): void {
    if (execution === undefined) return;
    execution.abort('lease', true);
    held.delete(execution.id);
  }

  async function stop({ graceMs }: { graceMs: number }): Promise<void> {
    if (state === 'working') state = 'stopping';
    await taker.idle();
    const executions = [...held.values()];
    for (const execution of executions) execution.stop();
    const idle = Promise.all(executions.map((execution) => execution.idle())).then(() => true);
    if (!(await within(idle, graceMs))) {
      for (const execution of executions) execution.abort('stop', false);
      if (!(await within(idle, 500))) for (const execution of executions) execution.abort('stop', true);
    }
    for (const timer of timers) clearInterval(timer);
    await Promise.all(pending);
    state = 'over';
  }

  async function act(exit: Exit, id: string): Promise<void> {
    const wishes = await actOn({ database, known, nowMs: nowMs(), onRecord }, exit, id);
    const execution = held.get(id);
    if (exit === 'leave' || exit === 'skip' || exit === 'finish') letGo(execution);
    else execution?.learn(wishes);
    emit({ operation: id, at: nowMs(), event: `${exit}_asked` });
    taker.wake();
  }

  return {
    submit,
    start,
    stop,
    wait,
    view,
    page,
    journal,
    count,
    cancel: (id) => act('cancel', id),
    retry: (id) => act('retry', id),
    resume: (id) => act('resume', id),
    undo: (id) => act('undo', id),
    skip: (id) => act('skip', id),
    finish: (id) => act('finish', id),
    look() {
      taker.wake();
      keeper.beat();
    },
    leave: (id) => act('leave', id),
    subscribe,
  };
}

async function within(work: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
