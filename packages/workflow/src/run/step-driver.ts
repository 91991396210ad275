import { backoffMs } from '../derive/durations.ts';
import { readySteps, undoOf } from '../derive/next-move.ts';
import {
  type Entry,
  type EntryDetail,
  type EntryFailure,
  type StepHistory,
  unforgiven,
  type Warning,
} from '../journal.ts';
import type { StepEvent } from '../operation.ts';
import { type Json, type Policy, StepFailure } from '../workflow.ts';
import type { Claim, ExecutionParts } from './execution-parts.ts';
import type { Saving } from './journal-writer.ts';
import type { Ledger } from './ledger.ts';
import type { Slot, Slots } from './slots.ts';
import { type AttemptEnd, attemptStep, attemptUndo } from './step-attempt.ts';
import { pause } from './step-signal.ts';
import { unexpectedFailure } from './unexpected.ts';

/** A step begun this often without an end takes the whole program down with it: a person must look. */
const interruptionsAllowed = 25;

export type StepDriverParts = {
  parts: ExecutionParts;
  claim: Claim;
  ledger: Ledger;
  slots: Slots;
  observed: Map<string, { text: string; at: number }>;
  /** No step of the operation may go on, in either direction. */
  isOver(): boolean;
  /** Nothing may be written any more. */
  isGone(): boolean;
  /** A step came to its end: what comes next? */
  advance(): void;
  /** A record could not be written. */
  fail(error: unknown): void;
};

export type StepDriver = {
  /** Works on a step until it succeeds, fails for good, or must stop. `isBegun`: its start is recorded already. */
  drive(slot: Slot, isBegun: boolean): Promise<void>;
};

/** Tries steps by their policy, and records each start and each end. */
export function makeStepDriver(driver: StepDriverParts): StepDriver {
  const { parts, ledger, slots, observed, isGone } = driver;
  const { plan, graph } = driver.claim;
  const { id } = driver.claim.row;
  const isResumed = driver.claim.row.resumed === 1;

  function closeSlot(slot: Slot): void {
    observed.delete(slot.key);
    slots.close(slot);
  }

  async function drive(slot: Slot, isBegun: boolean): Promise<void> {
    try {
      await trySteadily(slot, isBegun);
    } catch (error) {
      closeSlot(slot);
      return driver.fail(error);
    }
    closeSlot(slot);
    driver.advance();
  }

  async function trySteadily(slot: Slot, isBegun: boolean): Promise<void> {
    let recorded = isBegun;
    while (recorded || !mustStop(slot)) {
      if (!recorded && !(await recordStart(slot))) return;
      recorded = false;
      const end = await call(slot);
      if (end.end === 'interrupted' || isGone()) return;
      if (end.end === 'succeeded' && (await recordSuccess(slot, end))) return;
      if (end.end === 'failed' && (await recordFailure(slot, end.failure, end.warnings))) return;
      if (mustStop(slot)) return;
      await takeBreath(slot);
    }
  }

  const policyOf = (slot: Slot): Policy =>
    slot.direction === 'undo' ? (undoOf(slot.step)?.policy ?? slot.step.policy) : slot.step.policy;

  function mustStop(slot: Slot): boolean {
    if (driver.isOver()) return true;
    if (slot.direction === 'undo') return false;
    return ledger.wishes.wants === 'undo' || ledger.needsAttention();
  }

  /** False if the step must not be called after all. */
  async function recordStart(slot: Slot): Promise<boolean> {
    if (ledger.of(slot.key).interrupted >= interruptionsAllowed) {
      await recordFailure(slot, interruptedOften, []);
      return false;
    }
    await slots.takeRoom(slot);
    if (mustStop(slot)) {
      slots.giveRoom(slot);
      return false;
    }
    await ledger.append([startEntry(slot)]).catch((error: unknown) => {
      slots.giveRoom(slot);
      throw error;
    });
    return true;
  }

  function startEntry(slot: Slot): Entry {
    const { deadlineMs } = policyOf(slot);
    const history = ledger.of(slot.key);
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
      step: slot.key,
      plan,
      attempt: slot.attempt,
      mayBeDone: slot.attempt > 1 || isResumed,
      stoodStill: ledger.wishes.forgiven > 0 || isResumed,
      signal: slot.signal,
      output: (key: string) => ledger.outputOf(key),
      observed: (text: string) => see(slot, text),
      unexpected: (error: unknown) => logUnexpected(slot, error),
      withRoom: <T>(work: () => Promise<T>) => parts.room.with(work),
    };
    try {
      const undo = slot.direction === 'undo' ? undoOf(slot.step) : undefined;
      return await (undo === undefined
        ? attemptStep(slot.step, attempt)
        : attemptUndo((context) => undo.run(context), attempt));
    } finally {
      slots.endTry(slot);
    }
  }

  function logUnexpected(slot: Slot, error: unknown): void {
    const where = { operation: id, step: slot.key, direction: slot.direction, attempt: slot.attempt };
    parts.log.warn({ ...where, err: error }, 'a step failed in a way that nobody foresaw');
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
    const saving: Saving = result.save === undefined ? {} : { save: result.save };
    try {
      await ledger.append([success, ...next.map(startEntry)], saving);
    } catch (error) {
      for (const follower of next) {
        slots.giveRoom(follower);
        closeSlot(follower);
      }
      if (saving.refused === undefined) throw error;
      return recordFailure(slot, failureOfSave(slot, saving.refused), warnings);
    }
    for (const follower of next) void drive(follower, true);
    return true;
  }

  /** A `StepFailure` was meant for people; anything else is for the log. */
  function failureOfSave(slot: Slot, error: unknown): Omit<EntryFailure, 'final'> {
    if (error instanceof StepFailure) {
      const { kind, code, message, hint, details } = error;
      return { kind, code, message, hint: hint ?? null, details };
    }
    logUnexpected(slot, error);
    return unexpectedFailure('step_not_saved', id, slot.key);
  }

  /** Steps that this success sets free start in the same record: one commit less on the way. */
  function openFollowers(slot: Slot): Slot[] {
    if (mustStop(slot)) return [];
    const done: StepHistory = { ...ledger.of(slot.key), last: 'succeeded' };
    const histories = new Map(ledger.histories).set(slot.key, done);
    const ready = readySteps({ graph, histories, running: slots.running, ...ledger.wishes });
    const opened: Slot[] = [];
    for (const key of ready) {
      if (!graph.byKey.get(key)?.after.includes(slot.key)) continue;
      const follower = slots.open(key, 'run');
      if (ledger.of(key).interrupted > 0 || !slots.tryTakeRoom(follower)) closeSlot(follower);
      else opened.push(follower);
    }
    return opened;
  }

  /** True if the policy allows no further try. */
  async function recordFailure(slot: Slot, given: Omit<EntryFailure, 'final'>, warnings: Warning[]): Promise<boolean> {
    const isUndo = slot.direction === 'undo';
    const tries = unforgiven(ledger.of(slot.key), isUndo, ledger.wishes.forgiven).length + 1;
    const final = given.kind !== 'transient' || tries >= policyOf(slot).attempts;
    // One may go on without this step: that is for a person to say, and no reason to take the rest back.
    const asks = final && !isUndo && slot.step.skip !== undefined && ledger.wishes.wants === 'run';
    const failure = { ...given, ...(asks && { kind: 'attention' as const }), final };
    const detail: EntryDetail = { failure, ...(warnings.length > 0 && { warnings }) };
    // Where a person must choose already, nothing is taken back by itself.
    const unwind = final && !isUndo && failure.kind !== 'attention' && !ledger.needsAttention();
    await ledger.append([entryOf(slot, isUndo ? 'undo_failed' : 'failed', detail)], {}, unwind);
    return final;
  }

  /** The pause of the policy; a cancel or a stop ends it. */
  async function takeBreath(slot: Slot): Promise<void> {
    const failed = unforgiven(ledger.of(slot.key), slot.direction === 'undo', ledger.wishes.forgiven).length;
    slots.beginPause(slot);
    await pause(backoffMs(policyOf(slot), failed), slot.signal.signal).catch(() => {});
  }

  return { drive };
}

const interruptedOften: Omit<EntryFailure, 'final'> = {
  kind: 'attention',
  code: 'step_interrupted_often',
  message: `it was begun ${interruptionsAllowed} times and the program ended each time`,
  hint: null,
  details: null,
};
