import { type AnyTx, preparedRun, type Tx } from '@operations-center/database';
import { attentionFailures } from '../derive/next-move.ts';
import { deriveStatus, type KnownWorkflows, type Reading, readOperation } from '../derive/reading.ts';
import { findNoReturn, stepsToReopen } from '../derive/way-forward.ts';
import { deriveExits, skippableSteps } from '../derive/ways-out.ts';
import { ExitNotPossible, OperationNotFound } from '../faults.ts';
import type { Exit, Rest } from '../operation.ts';
import { type OnRecord, recordedOf, statusAfter, wholeOperation } from '../operation-record.ts';
import { insertEntry } from '../store/journal.store.ts';
import { type EngineDatabase, refuseHeld, releaseClaims, type Wishes } from '../store/operations.store.ts';
import { lockOperation } from '../store/whole-operations.ts';

/** Held by an operation that works on another one. */
export const operationClaim = (id: string): string => `operation/${id}`;

type ActParts = {
  database: EngineDatabase;
  known: KnownWorkflows;
  nowMs: number;
  onRecord: OnRecord;
};

/**
 * Writes down what a person chose. Throws `OperationNotFound`, `ExitNotPossible` if it is no way out now, or
 * `ClaimTaken` while another operation stands in for a person's choice here.
 */
export function actOn({ database, known, nowMs, onRecord }: ActParts, exit: Exit, id: string): Promise<Wishes> {
  return database.write(`operation ${exit}`, async (tx) => {
    const found = await lockOperation(tx, id);
    if (found === undefined) throw new OperationNotFound(id);
    const reading = readOperation(known, found.row, found.entries);
    const status = deriveStatus(reading);
    const exits = deriveExits(reading, status);
    await refuseHeld(tx, operationClaim(id));
    if (!exits.includes(exit)) {
      const because = exit === 'finish' && status === 'needs_attention' ? findNoReturn(reading) : undefined;
      throw new ExitNotPossible(id, exit, status, exits, because);
    }
    if (exit === 'finish') {
      const because = await reading.workflow?.noReturn?.(tx as Tx<unknown>, id); // the very tx of the program's database
      if (because !== undefined) throw new ExitNotPossible(id, exit, status, exits, because);
    }
    const lastSeq = found.entries.at(-1)?.seq ?? 0;
    const record = { operation: recordedOf(found.row), status: statusAfter(exit, found.row), at: nowMs };
    const rest: Rest = { operation: id, status: 'left', seq: lastSeq, failed: false, at: nowMs };
    await onRecord(tx, { ...record, event: `${exit}_asked`, ...wholeOperation, ...(exit === 'leave' && { rest }) });
    if (exit === 'leave') {
      await leaveOperation(tx, reading, nowMs);
      return found.row;
    }
    if (exit === 'skip') return skipSteps(tx, reading, lastSeq, nowMs);
    if (exit === 'finish') return turnForward(tx, reading, lastSeq, nowMs);
    return wish(tx, reading, exit, lastSeq, nowMs);
  });
}

async function wish(tx: AnyTx, { row }: Reading, exit: Exit, lastSeq: number, nowMs: number): Promise<Wishes> {
  const wishes: Wishes = {
    wants: exit === 'cancel' || exit === 'undo' ? 'undo' : row.wants,
    forgiven: exit === 'resume' ? row.forgiven : lastSeq,
  };
  const resumed = exit === 'resume' ? 1 : row.resumed;
  const text = `update operations set wants = ?, forgiven = ?, paused = null, resumed = ?, todo = 1, updated_at = ?, touched_at = ?
     where id = ?`;
  await preparedRun(tx, text, [wishes.wants, wishes.forgiven, resumed, nowMs, nowMs, row.id]);
  return wishes;
}

/** The fence moves on here, too: the numbers of the journal are ours to give, whoever held the operation. */
async function skipSteps(tx: AnyTx, reading: Reading, lastSeq: number, at: number): Promise<Wishes> {
  const { row, histories } = reading;
  const skippable = skippableSteps(reading);
  await insertForAll(tx, reading, skippable, { event: 'skipped', lastSeq, at });
  // Where another failure still asks, there is nothing to be taken up.
  const asksOn = attentionFailures({ histories, forgiven: row.forgiven }).length > skippable.length;
  const text = `update operations set todo = ${asksOn ? 0 : 1}, owner = null, holder = null, busy_until = 0, fence = fence + 1,
     updated_at = ?, touched_at = ? where id = ?`;
  await preparedRun(tx, text, [at, at, row.id]);
  return row;
}

/**
 * Back to forward: the one wish that takes another back. As the fence moves on, a runner that still has the operation by
 * the old wish writes nothing more.
 */
async function turnForward(tx: AnyTx, reading: Reading, lastSeq: number, at: number): Promise<Wishes> {
  const { id } = reading.row;
  await insertForAll(tx, reading, stepsToReopen(reading), { event: 'reopened', lastSeq, at });
  const text = `update operations set wants = 'run', forgiven = ?, todo = 1, owner = null, holder = null,
     busy_until = 0, fence = fence + 1, updated_at = ?, touched_at = ? where id = ?`;
  await preparedRun(tx, text, [lastSeq, at, at, id]);
  return { wants: 'run', forgiven: lastSeq };
}

type Noted = { event: 'skipped' | 'reopened'; lastSeq: number; at: number };

/** A record of each step by the hand of a person. */
async function insertForAll(
  tx: AnyTx,
  { row, histories }: Reading,
  steps: readonly string[],
  { event, lastSeq, at }: Noted,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const attempt = histories.get(step)?.attempt ?? 0;
    const seq = lastSeq + index + 1;
    await insertEntry(tx, row.id, { seq, step, event, attempt, at, output: undefined, detail: {} });
  }
}

/** The fence moves on, so that a runner that still has it can write nothing more. */
async function leaveOperation(tx: AnyTx, { row, workflow, plan }: Reading, nowMs: number): Promise<void> {
  const text = `update operations set outcome = 'left', todo = 0, owner = null, holder = null, paused = null, busy_until = 0,
     fence = fence + 1, updated_at = ? where id = ?`;
  await preparedRun(tx, text, [nowMs, row.id]);
  await releaseClaims(tx, row.id);
  await workflow?.settle?.(tx as Tx<unknown>, plan, 'left', row.id); // the very tx of the program's database
}
