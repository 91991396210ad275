import { readFileSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The policy clock: schedules, expiry, stamps and retention live by it (engineering E13). Deadlines of I/O do not; they
 * are monotonic.
 */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Resolves when `epochMs` has come. Rejects with the signal's reason when it aborts. */
  sleepUntil(epochMs: number, signal: AbortSignal): Promise<void>;
}

/** A short pause between two looks at a machine; monotonic, whatever the policy clock says. */
export const pauseMs = (ms: number, signal: AbortSignal): Promise<void> => pause(ms, undefined, { signal });

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  async sleepUntil(epochMs, signal) {
    while (true) {
      const left = epochMs - Date.now();
      if (left <= 0) return signal.throwIfAborted();
      await pause(Math.min(left, 2 ** 30), undefined, { signal });
    }
  },
};

/** What a test clock file holds: `base_ms` + `rate` × elapsed + `offset_ms`, elapsed since the file was first read. */
type TestClockFile = { base_ms: number; rate: number; offset_ms: number };

/** A clock that a test turns by writing its file; the simulator reads the same one. */
function fileClock(path: string): Clock {
  const startedMs = performance.now();
  let readAt = 0;
  let file: TestClockFile = { base_ms: Date.now(), rate: 1, offset_ms: 0 };
  const current = (): TestClockFile => {
    const changedAt = statSync(path).mtimeMs;
    if (changedAt === readAt) return file;
    const text = readFileSync(path, 'utf8');
    // It is being written just now: until then it is as it was.
    if (text === '') return file;
    file = { ...file, ...(JSON.parse(text) as Partial<TestClockFile>) };
    readAt = changedAt;
    return file;
  };
  const nowMs = () => {
    const { base_ms, rate, offset_ms } = current();
    return base_ms + rate * (performance.now() - startedMs) + offset_ms;
  };
  return {
    nowMs,
    async sleepUntil(epochMs, signal) {
      // Short looks, because the file may change under us.
      while (nowMs() < epochMs) {
        await pause(Math.max(1, Math.min(50, (epochMs - nowMs()) / current().rate)), undefined, { signal });
      }
      signal.throwIfAborted();
    },
  };
}

/** The system's clock, or the test's; a test clock without OPERATIONS_CENTER_TEST=1 is refused. */
export function clockFromEnvironment(environment: NodeJS.ProcessEnv): Clock {
  const path = environment['OPERATIONS_CENTER_TEST_CLOCK'];
  if (path === undefined) return systemClock;
  if (environment['OPERATIONS_CENTER_TEST'] !== '1') {
    throw new Error(
      'OPERATIONS_CENTER_TEST_CLOCK is set without OPERATIONS_CENTER_TEST=1: a daemon in use lives by the system clock',
    );
  }
  return fileClock(path);
}
