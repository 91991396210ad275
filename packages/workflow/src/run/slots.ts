import { performance } from 'node:perf_hooks';
import type { Direction } from '../derive/next-move.ts';
import type { StepGraph } from '../derive/steps.ts';
import type { Step } from '../workflow.ts';
import type { Room } from './room.ts';
import { makeStepSignal, StepInterrupted, type StepSignal } from './step-signal.ts';

/** A step that is worked on at this moment: all its tries and the pauses between them. */
export type Slot = {
  readonly key: string;
  readonly step: Step;
  readonly direction: Direction;
  readonly isWait: boolean;
  /** A wait, or a step that only fetches: a cancel ends it at once. */
  readonly mayBeCut: boolean;
  attempt: number;
  signal: StepSignal;
  /** Monotonic; how long an effect may still happen. */
  effectUntil: number;
  /** It has its place in the room, or looks by turns. */
  calling: boolean;
};

export type SlotsParts = {
  graph: StepGraph;
  room: Room;
  /** False when nothing may be begun or written any more. */
  isOurs(): boolean;
};

export type Slots = {
  /** Which steps are worked on, and in which direction. */
  readonly running: ReadonlyMap<string, Direction>;
  open(key: string, direction: Direction): Slot;
  close(slot: Slot): void;
  /** Waits need no room for themselves, only for each look. */
  takeRoom(slot: Slot): Promise<void>;
  tryTakeRoom(slot: Slot): boolean;
  giveRoom(slot: Slot): void;
  /** A new try has this long. */
  beginTry(slot: Slot, deadlineMs: number): void;
  endTry(slot: Slot): void;
  /** A pause between tries has a signal without a deadline. */
  beginPause(slot: Slot): void;
  /** How long the calls that run now may still act. */
  busyMs(): number;
  /** Ends waits, transfers and pauses between tries; other calls come to their own end. */
  interruptWaits(because: 'cancel' | 'stop'): void;
  interruptAll(because: 'stop' | 'lease'): void;
  /** Settles when none is open. */
  idle(): Promise<void>;
};

/** The steps of one operation that are worked on at this moment. */
export function makeSlots({ graph, room, isOurs }: SlotsParts): Slots {
  const slots = new Map<string, Slot>();
  const running = new Map<string, Direction>();
  let idleListeners: (() => void)[] = [];

  const makeSignal = (deadlineMs = 2 ** 31): StepSignal => makeStepSignal(deadlineMs, isOurs);

  function open(key: string, direction: Direction): Slot {
    const step = graph.byKey.get(key);
    if (step === undefined) throw new Error(`no step "${key}"`);
    const isWait = direction === 'run' && 'until' in step;
    const slot: Slot = {
      key,
      step,
      direction,
      isWait,
      mayBeCut: isWait || (direction === 'run' && 'run' in step && step.fetches === true),
      attempt: 0,
      signal: makeSignal(),
      effectUntil: 0,
      calling: false,
    };
    slots.set(key, slot);
    running.set(key, direction);
    return slot;
  }

  function close(slot: Slot): void {
    slot.signal.end();
    slots.delete(slot.key);
    running.delete(slot.key);
    if (slots.size > 0) return;
    const listeners = idleListeners;
    idleListeners = [];
    for (const listener of listeners) listener();
  }

  async function takeRoom(slot: Slot): Promise<void> {
    if (!slot.isWait) await room.take();
    slot.calling = true;
  }

  function tryTakeRoom(slot: Slot): boolean {
    slot.calling = slot.isWait || room.tryTake();
    return slot.calling;
  }

  function giveRoom(slot: Slot): void {
    if (slot.calling && !slot.isWait) room.give();
    slot.calling = false;
  }

  function renewSignal(slot: Slot, deadlineMs?: number): void {
    slot.signal.end();
    slot.signal = makeSignal(deadlineMs);
  }

  function beginTry(slot: Slot, deadlineMs: number): void {
    renewSignal(slot, deadlineMs);
    slot.effectUntil = slot.isWait ? 0 : performance.now() + deadlineMs;
  }

  function endTry(slot: Slot): void {
    slot.effectUntil = 0;
    giveRoom(slot);
  }

  function busyMs(): number {
    const until = Math.max(0, ...[...slots.values()].map((slot) => slot.effectUntil));
    return Math.max(0, until - performance.now());
  }

  function interruptWaits(because: 'cancel' | 'stop'): void {
    for (const slot of slots.values()) {
      if (slot.direction === 'undo' && because === 'cancel') continue;
      if (slot.mayBeCut || !slot.calling) slot.signal.interrupt(new StepInterrupted(because, because));
    }
  }

  function interruptAll(because: 'stop' | 'lease'): void {
    for (const slot of slots.values()) slot.signal.interrupt(new StepInterrupted(because, because));
  }

  const idle = (): Promise<void> =>
    slots.size === 0 ? Promise.resolve() : new Promise((resolve) => idleListeners.push(resolve));

  const beginPause = (slot: Slot): void => renewSignal(slot);

  return {
    running,
    open,
    close,
    takeRoom,
    tryTakeRoom,
    giveRoom,
    beginTry,
    endTry,
    beginPause,
    busyMs,
    interruptWaits,
    interruptAll,
    idle,
  };
}
