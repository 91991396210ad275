import { type AnyTx, isPassing, type Tx } from '@operations-center/database';
import { LeaseLost } from '../faults.ts';
import type { Entry } from '../journal.ts';
import type { KillPoint } from '../kill-point.ts';
import type { Rest } from '../operation.ts';
import { type OnRecord, type OperationRecord, type RecordedOperation, wholeOperation } from '../operation-record.ts';
import { appendEntries } from '../store/journal.store.ts';
import {
  byFence,
  closeOperation,
  type EngineDatabase,
  type Grip,
  parkOperation,
  readWishes,
  type Wishes,
} from '../store/operations.store.ts';
import type { Json, Outcome, StepResult, Workflow } from '../workflow.ts';

/** What is saved with an entry; `refused` is what `save` threw, if it did. */
export type Saving = { save?: StepResult['save']; refused?: unknown };

export type JournalWriterParts = {
  database: EngineDatabase;
  nowMs(): number;
  owner: string;
  killPoint: KillPoint;
  onCrash(): void;
  grip: Grip;
  operation: RecordedOperation;
  onRecord: OnRecord;
  /** How long the calls that run now may still act. */
  busyMs(): number;
  /** True once nothing may be written any more. */
  isGone(): boolean;
};

/** How an operation comes to rest: what was wished until then, and its last record. */
export type Resting = { wishes: Wishes; seq: number; failed: boolean };

export type JournalWriter = {
  /** Writes entries, numbered after `seq`, in one transaction. Throws `LeaseLost`, `Crash`, or what the database throws. */
  append(
    entries: readonly Entry[],
    after: { seq: number; unwind: boolean; saving: Saving },
  ): Promise<{ entries: Entry[]; wishes: Wishes }>;
  /** `late`: somebody asked for something in the very moment. `refused`: `settle` threw, and nothing was written. */
  close(
    workflow: Workflow,
    plan: Json,
    outcome: Exclude<Outcome, 'left'>,
    at: Resting,
  ): Promise<'closed' | 'late' | { refused: unknown }>;
  park(at: Resting, paused: string | null): Promise<boolean>;
  /** What people asked. Throws `LeaseLost` if another runner has the operation. */
  readWishes(): Promise<Wishes>;
};

/** Writes the journal of one operation, with the crash points around each record. */
export function makeJournalWriter(parts: JournalWriterParts): JournalWriter {
  const { database, grip } = parts;

  function passKillPoint(...point: Parameters<KillPoint>): void {
    try {
      parts.killPoint(...point);
    } catch (error) {
      // At once, before anything else of this process can write: so it is when a process dies.
      parts.onCrash();
      throw error;
    }
  }

  /** `withRows`: rows of the program are changed in the same write. */
  function write<T>(name: string, body: (tx: AnyTx) => Promise<T>, withRows = false): Promise<T> {
    const guarded = async (tx: AnyTx): Promise<T> => {
      if (parts.isGone()) throw new LeaseLost(grip.id);
      return body(tx);
    };
    return database.write(name, guarded, withRows ? {} : byFence);
  }

  const tell = (tx: AnyTx, told: Omit<OperationRecord, 'operation'>): Promise<void> =>
    parts.onRecord(tx, { operation: parts.operation, ...told });
  async function tellRest(tx: AnyTx, rest: Pick<Rest, 'status' | 'seq' | 'failed'>): Promise<void> {
    const at = parts.nowMs();
    const record = { event: 'resting', status: rest.status, at, ...wholeOperation } as const;
    await tell(tx, { ...record, rest: { ...rest, operation: grip.id, at } });
  }

  const append: JournalWriter['append'] = async (entries, { seq, unwind, saving }) => {
    for (const { step, event } of entries) passKillPoint(step, event, 'before');
    const numbered = entries.map((entry, at) => ({ ...entry, seq: seq + at + 1 }));
    const body = async (tx: AnyTx): Promise<Wishes> => {
      const record = { nowMs: parts.nowMs(), by: parts.owner, entries: numbered, busyMs: parts.busyMs(), unwind };
      const found = await appendEntries(tx, { ...grip, ...record });
      await save(tx, saving);
      const status = unwind || found.wants === 'undo' ? 'undoing' : 'running';
      for (const { step, event, attempt, at, detail } of numbered)
        await tell(tx, { step, event, attempt, at, status, text: detail.failure?.message ?? null });
      return found;
    };
    const wishes = await write('operation record', body, saving.save !== undefined);
    for (const { step, event } of entries) passKillPoint(step, event, 'after');
    return { entries: numbered, wishes };
  };

  const close: JournalWriter['close'] = async (workflow, plan, outcome, { wishes, seq, failed }) => {
    passKillPoint('operation', outcome, 'before');
    const settling: Saving = {};
    if (workflow.settle !== undefined) {
      settling.save = async (tx) => workflow.settle?.(tx, plan, outcome, grip.id);
    }
    try {
      const body = async (tx: AnyTx): Promise<boolean> => {
        if (!(await closeOperation(tx, { ...grip, ...wishes }, outcome, parts.nowMs()))) return false;
        await save(tx, settling);
        await tellRest(tx, { status: outcome, seq, failed });
        return true;
      };
      const closed = await write('operation end', body, settling.save !== undefined);
      if (!closed) return 'late';
    } catch (error) {
      if (settling.refused === undefined) throw error;
      return { refused: settling.refused };
    }
    passKillPoint('operation', outcome, 'after');
    return 'closed';
  };

  return {
    append,
    close,
    park: ({ wishes, seq, failed }, paused) =>
      write('operation rest', async (tx) => {
        if (!(await parkOperation(tx, { ...grip, ...wishes }, paused))) return false;
        const status = paused === null ? 'needs_attention' : 'paused';
        await tellRest(tx, { status, seq, failed });
        return true;
      }),
    async readWishes() {
      const wishes = await write('operation wishes', (tx) => readWishes(tx, grip));
      if (wishes === undefined) throw new LeaseLost(grip.id);
      return wishes;
    },
  };
}

async function save(tx: AnyTx, saving: Saving): Promise<void> {
  try {
    await saving.save?.(tx as Tx<unknown>); // the very tx of the program's database, whatever its schema
  } catch (error) {
    // A database that is away refuses nothing: the record is written when it is back.
    if (!isPassing(error)) saving.refused = error;
    throw error;
  }
}
