import { attentionFailures, historyOf } from '../derive/next-move.ts';
import { addEntry, type Entry, hasFailed, type StepHistory } from '../journal.ts';
import type { Wishes } from '../store/operations.store.ts';
import type { Json } from '../workflow.ts';
import type { ExecutionParts } from './execution-parts.ts';
import type { JournalWriter, Resting, Saving } from './journal-writer.ts';

/** What the runner that holds an operation knows of it: its journal so far, and what people wished. */
export type Ledger = {
  readonly histories: ReadonlyMap<string, StepHistory>;
  readonly wishes: Wishes;
  /** How it would come to rest now. */
  readonly resting: Resting;
  of(key: string): StepHistory;
  /** What the step gave to those that follow; undefined: it has not succeeded. */
  outputOf(key: string): Json | undefined;
  needsAttention(): boolean;
  /** Writes entries in one transaction; `unwind`: from here on the operation is taken back. */
  append(entries: readonly Entry[], saving?: Saving, unwind?: boolean): Promise<void>;
  /** True if people wished for something new. */
  learn(found: Wishes): boolean;
};

export function makeLedger(
  parts: Pick<ExecutionParts, 'onProgress'> & { id: string; writer: JournalWriter; learned(): void },
  from: { wishes: Wishes; entries: readonly Entry[] },
): Ledger {
  const histories = new Map<string, StepHistory>();
  let wishes = from.wishes;
  let seq = 0;
  for (const entry of from.entries) apply(entry);

  function apply(entry: Entry): void {
    seq = Math.max(seq, entry.seq);
    histories.set(entry.step, addEntry(historyOf(histories, entry.step), entry));
  }

  function outputOf(key: string): Json | undefined {
    const history = historyOf(histories, key);
    return history.last !== 'succeeded' && history.output === undefined ? undefined : (history.output ?? null);
  }

  async function append(entries: readonly Entry[], saving: Saving = {}, unwind = false): Promise<void> {
    const after = { seq, unwind, saving };
    seq += entries.length;
    const written = await parts.writer.append(entries, after);
    for (const entry of written.entries) apply(entry);
    if (learn(written.wishes)) parts.learned();
    for (const { step, event, attempt, at } of written.entries)
      parts.onProgress(parts.id, { step, event, attempt, at });
  }

  /** Wishes only grow: an older answer of the database takes nothing back. */
  function learn(found: Wishes): boolean {
    const wants = wishes.wants === 'undo' ? 'undo' : found.wants;
    const forgiven = Math.max(found.forgiven, wishes.forgiven);
    if (wants === wishes.wants && forgiven === wishes.forgiven) return false;
    wishes = { wants, forgiven };
    return true;
  }

  return {
    histories,
    get wishes() {
      return wishes;
    },
    get resting() {
      return { wishes, seq, failed: [...histories.values()].some(hasFailed) };
    },
    of: (key) => historyOf(histories, key),
    outputOf,
    needsAttention: () => attentionFailures({ histories, forgiven: wishes.forgiven }).length > 0,
    append,
    learn,
  };
}
