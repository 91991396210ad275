import { type AnyTx, isPassing, type Tx } from '@operations-center/database';
import { LeaseLost } from './faults.ts';
import type { Entry } from './journal.ts';
import type { KillPoint } from './kill-point.ts';
import {
  appendEntries,
  closeOperation,
  type EngineDatabase,
  type Grip,
  parkOperation,
  readWishes,
  type Wishes,
} from './operations.store.ts';
import type { Json, Outcome, StepResult, Workflow } from './workflow.ts';

/** What is saved with an entry; `refused` is what `save` threw, if it did. */
export type Saving = { save?: StepResult['save']; refused?: unknown };

export type JournalWriterParts = {
  database: EngineDatabase;
  nowMs(): number;
  owner: string;
  killPoint: KillPoint;
  onCrash(): void;
  grip: Grip;
  /** How long the calls that run now may still act. */
  busyMs(): number;
  /** True once nothing may be written any more. */
  isGone(): boolean;
};

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
    wishes: Wishes,
  ): Promise<'closed' | 'late' | { refused: unknown }>;
  park(wishes: Wishes, paused: string | null): Promise<boolean>;
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

  function write<T>(name: string, body: (tx: AnyTx) => Promise<T>): Promise<T> {
    return database.write(name, async (tx) => {
      if (parts.isGone()) throw new LeaseLost(grip.id);
      return body(tx);
    });
  }

  const append: JournalWriter['append'] = async (entries, { seq, unwind, saving }) => {
    for (const { step, event } of entries) passKillPoint(step, event, 'before');
    const numbered = entries.map((entry, at) => ({ ...entry, seq: seq + at + 1 }));
    const wishes = await write('operation record', async (tx) => {
      const record = { nowMs: parts.nowMs(), by: parts.owner, entries: numbered, busyMs: parts.busyMs(), unwind };
      const found = await appendEntries(tx, { ...grip, ...record });
      await save(tx, saving);
      return found;
    });
    for (const { step, event } of entries) passKillPoint(step, event, 'after');
    return { entries: numbered, wishes };
  };

  const close: JournalWriter['close'] = async (workflow, plan, outcome, wishes) => {
    passKillPoint('operation', outcome, 'before');
    const settling: Saving = {};
    if (workflow.settle !== undefined) {
      settling.save = async (tx) => workflow.settle?.(tx, plan, outcome, grip.id);
    }
    try {
      const closed = await write('operation end', async (tx) => {
        if (!(await closeOperation(tx, { ...grip, ...wishes }, outcome, parts.nowMs()))) return false;
        await save(tx, settling);
        return true;
      });
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
    park: (wishes, paused) => write('operation rest', (tx) => parkOperation(tx, { ...grip, ...wishes }, paused)),
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
