import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { type AnyTx, afterCommit, type DatabaseLog } from '@operations-center/database';
import { actOn } from './acts.ts';
import { makeExecution } from './execution.ts';
import type { Departure, Execution, ExecutionParts } from './execution-parts.ts';
import type { Entry } from './journal.ts';
import { makeLeaseKeeper } from './lease-keeper.ts';
import type { Exit, Rest } from './operation.ts';
import { type OnRecord, type RecordedOperation, recordedOf, wholeOperation } from './operation-record.ts';
import {
  byFence,
  type Claimed,
  type Claiming,
  claimOperations,
  type EngineDatabase,
  insertOperation,
  parkOperation,
  readEntries,
  releaseOperation,
  wakeResting,
} from './operations.store.ts';
import { deriveStatus, type KnownWorkflows, type Reading, readOperation, workflowKey } from './reading.ts';
import { decideResume } from './resume.ts';
import { Room } from './room.ts';
import type { Runner, RunnerParts, Submission } from './runner-parts.ts';
import { watchOperations } from './watch-operations.ts';
import type { Workflow } from './workflow.ts';

const silentLog: DatabaseLog = { info: () => {}, warn: () => {} };

/** Runs the operations of one database: beside other runners, or as the only one (`exclusive`). */
export function makeRunner<Schema>(parts: RunnerParts<Schema>): Runner {
  const { clock, owner, leaseMs = 15_000, exclusive = false, pollMs = 1_000, log = silentLog } = parts;
  const database: EngineDatabase = parts.database;
  const onRest = async (tx: AnyTx, rest: Rest): Promise<void> => parts.onRest?.(tx, rest);
  const operationsAtOnce = parts.operationsAtOnce ?? 2_000;
  const holder = `${owner}#${randomUUID()}`;
  const lease = () => ({ owner, holder, leaseMs, nowMs: clock.nowMs() });
  const known: KnownWorkflows = new Map(
    parts.workflows.map((workflow) => [workflowKey(workflow.name, workflow.version), workflow]),
  );
  const room = new Room(parts.concurrency ?? 64);
  const held = new Map<string, Execution>();
  /** Left because the database took no record; given back as soon as it does. */
  const dropped = new Map<string, number>();
  const pending = new Set<Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  let state: 'new' | 'working' | 'stopping' | 'over' = 'new';
  let taking: Promise<void> | undefined;
  let takeAgain = false;
  let releasing: Promise<void> | undefined;

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

  const onRecord: OnRecord = parts.onRecord ?? (async () => {});

  async function submit(tx: AnyTx, { workflow: name, plan, requested_by }: Submission): Promise<string> {
    const workflow = newestOf(parts.workflows, name);
    const id = randomUUID();
    const created_at = clock.nowMs();
    const operation: RecordedOperation = {
      id,
      workflow: name,
      about: workflow.about(plan),
      claims: workflow.claims(plan),
      requested_by: requested_by ?? null,
      created_at,
    };
    await insertOperation(tx, { ...operation, version: workflow.version, plan: JSON.stringify(plan) });
    await onRecord(tx, { operation, event: 'submitted', status: 'queued', at: created_at, ...wholeOperation });
    afterCommit(tx, () => {
      emit({ operation: id, at: created_at, event: 'submitted' });
      wake();
    });
    return id;
  }

  /** One claim at a time; a wake that comes meanwhile is not lost. */
  function wake(): void {
    if (state !== 'working') return;
    takeAgain = true;
    taking ??= supervise('claim', takeAll(false)).finally(() => {
      taking = undefined;
      if (takeAgain) wake();
    });
  }

  async function takeFirst(): Promise<void> {
    await database.write('operation wake', wakeResting, byFence);
    await takeAll(true);
  }

  async function takeAll(restarted: boolean): Promise<void> {
    for (;;) {
      takeAgain = false;
      const limit = Math.min(operationsAtOnce - held.size, 1_000);
      if (limit <= 0 || state !== 'working') return;
      const askedAt = performance.now();
      const claiming = { limit, exclusive, restarted, known: [...known.keys()] };
      const found = await database.write('operation claim', (tx) => claim(tx, { ...lease(), ...claiming }), byFence);
      keeper.claimedAt(askedAt);
      for (const claimed of found.claimed) takeUp(claimed, found.entries.get(claimed.row.id) ?? [], restarted);
      if (found.claimed.length < limit) return;
    }
  }

  function takeUp({ row, wasHeld }: Claimed, entries: Parameters<typeof readOperation>[2], restarted: boolean): void {
    const reading = readOperation(known, row, entries);
    const verdict = decideResume(reading, {
      nowMs: clock.nowMs(),
      owner,
      isResume: restarted || wasHeld,
      limitMs: parts.resumeLimitMs ?? 3_600_000,
      held: parts.held?.(),
    });
    if (verdict.go && reading.workflow !== undefined && reading.graph !== undefined) {
      return work(reading, reading.workflow, reading.graph, entries);
    }
    void supervise('park', park(reading, verdict.go ? null : verdict.paused));
  }

  function work(
    reading: Reading,
    workflow: Workflow,
    graph: NonNullable<Reading['graph']>,
    entries: Parameters<typeof readOperation>[2],
  ): void {
    const execution = makeExecution(executionParts, { row: reading.row, workflow, plan: reading.plan, graph, entries });
    held.set(execution.id, execution);
    execution.advance();
  }

  async function park(reading: Reading, paused: string | null): Promise<void> {
    const { row, problem, cause, histories } = reading;
    const { id, fence, wants, forgiven } = row;
    const seq = Math.max(0, ...[...histories.values()].map(({ lastSeq }) => lastSeq));
    const status = deriveStatus({ ...reading, row: { ...row, paused } });
    const body = async (tx: AnyTx): Promise<void> => {
      if (!(await parkOperation(tx, { id, fence, wants, forgiven }, paused)))
        return releaseOperation(tx, { id, fence });
      const at = clock.nowMs();
      if (status === 'paused' || status === 'needs_attention')
        await onRest(tx, { operation: id, status, seq, failed: false, at });
      await onRecord(tx, { operation: recordedOf(row), event: 'resting', status, at, ...wholeOperation });
    };
    await database.write('operation park', body, byFence);
    if (paused !== null) log.warn({ operation: id }, `operation paused: ${paused}`);
    if (problem !== null) log.warn({ operation: id, err: cause }, `operation needs attention: ${problem.message}`);
    emit({ operation: id, at: clock.nowMs(), event: 'resting' });
  }

  const executionParts: ExecutionParts = {
    database,
    nowMs: () => clock.nowMs(),
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
    onRest,
  };

  function leave(execution: Execution, departure: Departure): void {
    held.delete(execution.id);
    if (departure.how === 'released') void supervise('release', release(execution.id, execution.fence));
    if (departure.how === 'lost')
      log.warn({ operation: execution.id }, 'the operation was taken over by another runner');
    if (departure.how === 'broken') {
      log.warn({ operation: execution.id, err: departure.error }, 'a record of the operation could not be written');
      dropped.set(execution.id, execution.fence);
    }
    if (departure.how === 'closed' || departure.how === 'parked') {
      emit({ operation: execution.id, at: clock.nowMs(), event: 'resting' });
    }
    if (takeAgain || held.size === operationsAtOnce - 1) wake();
  }

  async function release(id: string, fence: number): Promise<void> {
    await database.write('operation release', (tx) => releaseOperation(tx, { id, fence }), byFence);
  }

  /** All in one write, and one write at a time: a database that is away is not asked by thousands at once. */
  async function releaseDropped(): Promise<void> {
    const grips = [...dropped].map(([id, fence]) => ({ id, fence }));
    const body = async (tx: AnyTx): Promise<void> => {
      for (const grip of grips) await releaseOperation(tx, grip);
    };
    await database.write('operation release', body, byFence);
    for (const { id, fence } of grips) if (dropped.get(id) === fence) dropped.delete(id);
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
    taking = takeFirst().finally(() => {
      taking = undefined;
    });
    await taking;
    if (state !== 'working') return;
    timers.push(
      setInterval(poll, pollMs),
      setInterval(() => keeper.beat(), leaseMs / 3),
    );
    wake();
  }

  function poll(): void {
    if (dropped.size > 0) {
      releasing ??= supervise('release', releaseDropped()).finally(() => {
        releasing = undefined;
      });
    }
    wake();
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
    await taking;
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
    const wishes = await actOn({ database, known, nowMs: clock.nowMs(), onRest, onRecord }, exit, id);
    const execution = held.get(id);
    if (exit === 'leave' || exit === 'skip' || exit === 'finish') letGo(execution);
    else execution?.learn(wishes);
    emit({ operation: id, at: clock.nowMs(), event: `${exit}_asked` });
    wake();
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
      wake();
      keeper.beat();
    },
    leave: (id) => act('leave', id),
    subscribe,
  };
}

async function claim(tx: AnyTx, claiming: Claiming) {
  const claimed = await claimOperations(tx, claiming);
  const ids = claimed.map(({ row }) => row.id);
  return { claimed, entries: ids.length === 0 ? new Map<string, Entry[]>() : await readEntries(tx, ids) };
}

function newestOf(workflows: readonly Workflow[], name: string): Workflow {
  const [newest] = workflows.filter((workflow) => workflow.name === name).sort((a, b) => b.version - a.version);
  if (newest === undefined) throw new Error(`there is no workflow "${name}"`);
  return newest;
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
