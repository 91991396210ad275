import { type Direction, decideMove } from '../derive/next-move.ts';
import { LeaseLost } from '../faults.ts';
import { recordedOf } from '../operation-record.ts';
import type { Wishes } from '../store/operations.store.ts';
import type { Outcome } from '../workflow.ts';
import type { Claim, Departure, Execution, ExecutionParts } from './execution-parts.ts';
import { makeJournalWriter } from './journal-writer.ts';
import { makeLedger } from './ledger.ts';
import { makeSlots } from './slots.ts';
import { makeStepDriver } from './step-driver.ts';
import { endNotWritten } from './unexpected.ts';

/** Works on one claimed operation until it leaves this runner. */
export function makeExecution(parts: ExecutionParts, claim: Claim): Execution {
  const { row, workflow, plan, graph } = claim;
  const { id, fence } = row;
  const observed = new Map<string, { text: string; at: number }>();
  let state: 'working' | 'stopping' | 'leaving' | 'gone' = 'working';
  const isGone = (): boolean => state === 'gone';
  const isOurs = (): boolean => !isGone() && parts.isLeaseValid();
  const slots = makeSlots({ graph, room: parts.room, isOurs });
  const operation = recordedOf(row);
  const writer = makeJournalWriter({
    ...parts,
    grip: { id, fence },
    operation,
    busyMs: () => parts.boundedMs(slots.busyMs()),
    isGone,
  });
  const ledger = makeLedger(
    { id, writer, onProgress: parts.onProgress, learned },
    { wishes: { wants: row.wants, forgiven: row.forgiven }, entries: claim.entries },
  );
  const isOver = (): boolean => state !== 'working';
  const driver = makeStepDriver({ parts, claim, ledger, slots, observed, isOver, isGone, advance, fail });

  function advance(): void {
    if (state === 'stopping' && slots.running.size === 0) return leave({ how: 'released' });
    if (state !== 'working' || !parts.isLeaseValid()) return;
    const { histories, wishes } = ledger;
    const move = decideMove({ graph, histories, running: slots.running, ...wishes });
    switch (move.move) {
      case 'run':
      case 'undo':
        for (const key of move.steps) begin(key, move.move);
        return;
      case 'quiet':
        return slots.interruptWaits('cancel');
      case 'rest':
        return void rest().catch(fail);
      case 'close':
        return void close(move.outcome).catch(fail);
      case 'wait':
        return;
    }
  }

  function begin(key: string, direction: Direction): void {
    void driver.drive(slots.open(key, direction), false);
  }

  async function rest(paused: string | null = null): Promise<void> {
    state = 'leaving';
    if (await writer.park(ledger.resting, paused)) return leave({ how: 'parked' });
    await lookAgain();
  }

  async function close(outcome: Exclude<Outcome, 'left'>): Promise<void> {
    state = 'leaving';
    const end = await writer.close(workflow, plan, outcome, ledger.resting);
    if (end === 'closed') return leave({ how: 'closed', outcome });
    if (end === 'late') return lookAgain();
    parts.log.warn({ operation: id, outcome, err: end.refused }, 'the end of an operation could not be written');
    await rest(endNotWritten(id));
  }

  /** Somebody asked for something in the very moment it was to rest or to end. */
  async function lookAgain(): Promise<void> {
    const found = await writer.readWishes();
    if (state === 'leaving') state = 'working';
    learn(found);
    advance();
  }

  function learn(found: Wishes): void {
    if (ledger.learn(found)) learned();
  }

  function learned(): void {
    if (ledger.wishes.wants === 'undo') slots.interruptWaits('cancel');
    queueMicrotask(advance);
  }

  function leave(departure: Departure): void {
    if (state === 'gone') return;
    state = 'gone';
    parts.onLeft(execution, departure);
  }

  /** The one place where background work of an operation ends that could not be written. */
  function fail(error: unknown): void {
    if (state === 'gone') return;
    leave(error instanceof LeaseLost ? { how: 'lost' } : { how: 'broken', error });
    abort('lease', true);
  }

  function stop(): void {
    if (state !== 'working') return;
    state = 'stopping';
    slots.interruptWaits('stop');
    advance();
  }

  function abort(because: 'stop' | 'lease', lost: boolean): void {
    slots.interruptAll(because);
    if (lost) state = 'gone';
  }

  const execution: Execution = { id, fence, observed, advance, learn, stop, abort, idle: slots.idle };
  return execution;
}
