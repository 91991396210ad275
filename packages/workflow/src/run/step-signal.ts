import { performance } from 'node:perf_hooks';
import { formatMs } from '../derive/durations.ts';

/** Why a signal was aborted, as its reason. */
export class StepInterrupted extends Error {
  readonly because: 'deadline' | 'cancel' | 'stop' | 'lease';
  constructor(because: StepInterrupted['because'], message: string) {
    super(message);
    this.name = 'StepInterrupted';
    this.because = because;
  }
}

export type StepSignal = {
  signal: AbortSignal;
  interrupt(reason: StepInterrupted): void;
  /** Frees the timer. */
  end(): void;
};

/**
 * A signal with a deadline. Asked whether it is aborted, it looks at the monotonic clock: a process that was frozen
 * wakes up with its I/O before its timers, and must not act after a deadline that has long passed.
 */
export function makeStepSignal(deadlineMs: number, stillOurs: () => boolean): StepSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const until = performance.now() + deadlineMs;
  const atDeadline = (): void =>
    controller.abort(new StepInterrupted('deadline', `it took longer than ${formatMs(deadlineMs)}`));
  const timer = setTimeout(atDeadline, Math.min(deadlineMs, 2 ** 31 - 1));
  const isAborted = Reflect.get.bind(null, AbortSignal.prototype, 'aborted', signal);
  Object.defineProperty(signal, 'aborted', { get: isAbortedNow });
  Object.defineProperty(signal, 'throwIfAborted', { value: throwIfAborted });
  let ended = false;

  function isAbortedNow(): boolean {
    if (!ended && isAborted() === false) {
      if (performance.now() >= until) atDeadline();
      else if (!stillOurs()) controller.abort(leaseLost());
    }
    return isAborted() === true;
  }
  function throwIfAborted(): void {
    if (isAbortedNow()) throw signal.reason;
  }
  return {
    signal,
    interrupt: (reason) => controller.abort(reason),
    end: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}

export const leaseLost = (): StepInterrupted =>
  new StepInterrupted('lease', 'another runner may work on this operation');

/** Resolves after `ms`; rejects with the signal's reason when it aborts before. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', onAbort);
    function onAbort(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
    function end(): void {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }
  });
}
