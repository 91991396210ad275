import type { Claim, Departure, Execution, ExecutionParts } from './execution-parts.ts';
import { LeaseLost } from './faults.ts';
import {
  addEntry,
  type Entry,
  type EntryDetail,
  type EntryFailure,
  type StepHistory,
  unforgiven,
  type Warning,
} from './journal.ts';
import { makeJournalWriter, type Saving } from './journal-writer.ts';
import { attentionFailures, type Direction, decideMove, historyOf, readySteps, undoOf } from './next-move.ts';
import type { StepEvent } from './operation.ts';
import type { Wishes } from './operations.store.ts';
import { makeSlots, type Slot } from './slots.ts';
import { type AttemptEnd, attemptStep, attemptUndo, backoffMs } from './step-attempt.ts';
import { pause } from './step-signal.ts';
import type { Json, Outcome, Policy } from './workflow.ts';

/** A step begun this often without an end takes the whole program down with it: a person must look. */
const interruptionsAllowed = 25;

/** Works on one claimed operation until it leaves this runner. */
export function makeExecution(parts: ExecutionParts, claim: Claim): Execution {
  const { row, workflow, plan, graph } = claim;
  const { id, fence } = row;
  const histories = new Map<string, StepHistory>();
  const observed = new Map<string, { text: string; at: number }>();
  let wishes: Wishes = { wants: row.wants, forgiven: row.forgiven };
  let seq = 0;
  let state: 'working' | 'stopping' | 'leaving' | 'gone' = 'working';
  const isOurs = (): boolean => state !== 'gone' && parts.isLeaseValid();
  const slots = makeSlots({ graph, room: parts.room, isOurs });
  const { running, busyMs } = slots;
  const writer = makeJournalWriter({ ...parts, grip: { id, fence }, busyMs, isGone: () => state === 'gone' });
  for (const entry of claim.entries) apply(entry);

  function apply(entry: Entry): void {
    seq = Math.max(seq, entry.seq);
    histories.set(entry.step, addEntry(historyOf(histories, entry.step), entry));
  }

  function advance(): void {
    if (state === 'stopping' && running.size === 0) return leave({ how: 'released' });
    if (state !== 'working' || !parts.isLeaseValid()) return;
    const move = decideMove({ graph, histories, running, ...wishes });
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
    void drive(slots.open(key, direction), false);
  }

  function closeSlot(slot: Slot): void {
    observed.delete(slot.key);
    slots.close(slot);
  }

  async function drive(slot: Slot, isBegun: boolean): Promise<void> {
    try {
      await trySteadily(slot, isBegun);
    } catch (error) {
      closeSlot(slot);
      return fail(error);
    }
    closeSlot(slot);
    advance();
  }

  /** Tries a step until it succeeds, fails for good, or must stop. `isBegun`: its start is recorded already. */
  async function trySteadily(slot: Slot, isBegun: boolean): Promise<void> {
    let recorded = isBegun;
    while (recorded || !mustStop(slot)) {
      if (!recorded && !(await recordStart(slot))) return;
      recorded = false;
      const end = await call(slot);
      if (end.end === 'interrupted' || state === 'gone') return;
      if (end.end === 'succeeded' && (await recordSuccess(slot, end))) return;
      if (end.end === 'failed' && (await recordFailure(slot, end.failure, end.warnings))) return;
      if (mustStop(slot)) return;
      await takeBreath(slot);
    }
  }

  const policyOf = (slot: Slot): Policy =>
    slot.direction === 'undo' ? (undoOf(slot.step)?.policy ?? slot.step.policy) : slot.step.policy;

  /** False if the step must not be called after all. */
  async function recordStart(slot: Slot): Promise<boolean> {
    if (historyOf(histories, slot.key).interrupted >= interruptionsAllowed) {
      const message = `it was begun ${interruptionsAllowed} times and the program ended each time`;
      const failure = {
        kind: 'attention',
        code: 'step_interrupted_often',
        message,
        hint: null,
        details: null,
      } as const;
      await recordFailure(slot, failure, []);
      return false;
    }
    await slots.takeRoom(slot);
    if (mustStop(slot)) {
      slots.giveRoom(slot);
      return false;
    }
    await append([startEntry(slot)]).catch((error: unknown) => {
      slots.giveRoom(slot);
      throw error;
    });
    return true;
  }

  function startEntry(slot: Slot): Entry {
    const { deadlineMs } = policyOf(slot);
    const history = historyOf(histories, slot.key);
    const isUndo = slot.direction === 'undo';
    slot.attempt = (isUndo ? history.undoAttempt : history.attempt) + 1;
    slots.beginTry(slot, deadlineMs);
    return { ...entryOf(slot, isUndo ? 'undo_started' : 'started'), deadlineMs };
  }

  function entryOf(slot: Slot, event: StepEvent, detail: EntryDetail = {}, output?: Json): Entry {
    return { seq: 0, step: slot.key, event, attempt: slot.attempt, at: parts.nowMs(), output, detail };
  }

  async function call(slot: Slot): Promise<AttemptEnd> {
    const attempt = {
      operation: id,
      plan,
      attempt: slot.attempt,
      signal: slot.signal,
      output: (key: string) => outputOf(key),
      observed: (text: string) => see(slot, text),
      withRoom: <T>(work: () => Promise<T>) => parts.room.with(work),
    };
    try {
      const undo = slot.direction === 'undo' ? undoOf(slot.step) : undefined;
      return await (undo === undefined ? attemptStep(slot.step, attempt) : attemptUndo((c) => undo.run(c), attempt));
    } finally {
      slots.endTry(slot);
    }
  }

  function outputOf(key: string): Json | undefined {
    const history = historyOf(histories, key);
    return history.last !== 'succeeded' && history.output === undefined ? undefined : (history.output ?? null);
  }

  function see(slot: Slot, text: string): void {
    const at = parts.nowMs();
    if (observed.get(slot.key)?.text !== text) {
      parts.onProgress(id, { step: slot.key, event: 'observed', attempt: slot.attempt, at, text });
    }
    observed.set(slot.key, { text, at });
  }

  /** False if `save` refused: then the step failed, and that is recorded instead. */
  async function recordSuccess(slot: Slot, end: Extract<AttemptEnd, { end: 'succeeded' }>): Promise<boolean> {
    const { result, warnings } = end;
    const detail: EntryDetail = {
      ...(result.already === true && { already: true }),
      ...(warnings.length > 0 && { warnings }),
    };
    const isUndo = slot.direction === 'undo';
    const success = entryOf(slot, isUndo ? 'undone' : 'succeeded', detail, result.output);
    const next = isUndo ? [] : openFollowers(slot);
    const saving: Saving = { save: async (tx) => result.save?.(tx) };
    try {
      await append([success, ...next.map(startEntry)], saving);
    } catch (error) {
      for (const follower of next) {
        slots.giveRoom(follower);
        closeSlot(follower);
      }
      if (saving.refused === undefined) throw error;
      return recordFailure(slot, failureOfSave(saving.refused), warnings);
    }
    for (const follower of next) void drive(follower, true);
    return true;
  }

  /** Steps that this success sets free start in the same record: one commit less on the way. */
  function openFollowers(slot: Slot): Slot[] {
    if (mustStop(slot)) return [];
    const done: StepHistory = { ...historyOf(histories, slot.key), last: 'succeeded' };
    const ready = readySteps({ graph, histories: new Map(histories).set(slot.key, done), running, ...wishes });
    const opened: Slot[] = [];
    for (const key of ready) {
      if (!graph.byKey.get(key)?.after.includes(slot.key)) continue;
      const follower = slots.open(key, 'run');
      if (historyOf(histories, key).interrupted > 0 || !slots.tryTakeRoom(follower)) closeSlot(follower);
      else opened.push(follower);
    }
    return opened;
  }

  /** True if the policy allows no further try. */
  async function recordFailure(
    slot: Slot,
    failure: Omit<EntryFailure, 'final'>,
    warnings: Warning[],
  ): Promise<boolean> {
    const isUndo = slot.direction === 'undo';
    const tries = unforgiven(historyOf(histories, slot.key), isUndo, wishes.forgiven).length + 1;
    const final = failure.kind !== 'transient' || tries >= policyOf(slot).attempts;
    const detail: EntryDetail = { failure: { ...failure, final }, ...(warnings.length > 0 && { warnings }) };
    // Where a person must choose already, nothing is taken back by itself.
    const unwind = final && !isUndo && failure.kind !== 'attention' && !needsAttention();
    await append([entryOf(slot, isUndo ? 'undo_failed' : 'failed', detail)], {}, unwind);
    return final;
  }

  /** The pause of the policy; a cancel or a stop ends it. */
  async function takeBreath(slot: Slot): Promise<void> {
    const failed = unforgiven(historyOf(histories, slot.key), slot.direction === 'undo', wishes.forgiven).length;
    slots.beginPause(slot);
    await pause(backoffMs(policyOf(slot), failed), slot.signal.signal).catch(() => {});
  }

  const needsAttention = (): boolean => attentionFailures({ histories, forgiven: wishes.forgiven }).length > 0;

  function mustStop(slot: Slot): boolean {
    if (state !== 'working') return true;
    if (slot.direction === 'undo') return false;
    return wishes.wants === 'undo' || needsAttention();
  }

  async function append(entries: readonly Entry[], saving: Saving = {}, unwind = false): Promise<void> {
    const after = { seq, unwind, saving };
    seq += entries.length;
    const written = await writer.append(entries, after);
    for (const entry of written.entries) apply(entry);
    learn(written.wishes);
    for (const { step, event, attempt, at } of written.entries) parts.onProgress(id, { step, event, attempt, at });
  }

  async function rest(paused: string | null = null): Promise<void> {
    state = 'leaving';
    if (await writer.park(wishes, paused)) return leave({ how: 'parked' });
    await lookAgain();
  }

  async function close(outcome: Exclude<Outcome, 'left'>): Promise<void> {
    state = 'leaving';
    const end = await writer.close(workflow, plan, outcome, wishes);
    if (end === 'closed') return leave({ how: 'closed', outcome });
    if (end === 'late') return lookAgain();
    await rest(`its end could not be written: ${messageOf(end.refused)}`);
  }

  /** Somebody asked for something in the very moment it was to rest or to end. */
  async function lookAgain(): Promise<void> {
    const found = await writer.readWishes();
    if (state === 'leaving') state = 'working';
    learn(found);
    advance();
  }

  /** Wishes only grow: an older answer of the database takes nothing back. */
  function learn(found: Wishes): void {
    const wants = wishes.wants === 'undo' ? 'undo' : found.wants;
    const forgiven = Math.max(found.forgiven, wishes.forgiven);
    if (wants === wishes.wants && forgiven === wishes.forgiven) return;
    wishes = { wants, forgiven };
    if (wants === 'undo') slots.interruptWaits('cancel');
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

const failureOfSave = (error: unknown): Omit<EntryFailure, 'final'> => ({
  kind: 'permanent',
  code: 'step_not_saved',
  message: messageOf(error),
  hint: null,
  details: null,
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
