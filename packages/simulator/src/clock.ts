import { readFileSync, statSync } from 'node:fs';

/** The only source of time and of waiting in the simulator. */
export type Clock = {
  /** Milliseconds since 1970 as the simulated world sees them: for stamps, expiry, uptime. */
  nowMs(): number;
  /** Runs something after a simulated duration (divided by --speed). The answer cancels it. */
  afterMs(ms: number, run: () => void): () => void;
  /** Waits real milliseconds (network latency is not sped up). Rejects with the signal's reason when aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
};

/** Wall clock, or the test clock of OPERATIONS_CENTER_TEST_CLOCK (engineering E13), with durations divided by `speed`. */
export function systemClock(speed = 1, environment: NodeJS.ProcessEnv = process.env): Clock {
  const file = environment['OPERATIONS_CENTER_TEST_CLOCK'];
  if (file !== undefined && environment['OPERATIONS_CENTER_TEST'] !== '1') {
    throw new Error(
      'OPERATIONS_CENTER_TEST_CLOCK is set but OPERATIONS_CENTER_TEST is not 1: unset it, or say that this is a test',
    );
  }
  return {
    nowMs: file === undefined ? Date.now : testClock(file),
    afterMs: (ms, run) => {
      const timer = setTimeout(run, ms / speed);
      return () => clearTimeout(timer);
    },
    pause: realPause,
  };
}

function realPause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}

type ClockFile = { base: number; rate: number; offset: number };

/** now = base + rate × (wall − base) + offset, so that several processes reading one file agree. */
function testClock(file: string): () => number {
  let read: ClockFile = { base: 0, rate: 1, offset: 0 };
  let changed = -1;
  return () => {
    const stamp = statSync(file).mtimeMs;
    if (stamp !== changed) {
      read = parseClockFile(readFileSync(file, 'utf8'), file);
      changed = stamp;
    }
    return Math.floor(read.base + read.rate * (Date.now() - read.base) + read.offset);
  };
}

function parseClockFile(text: string, file: string): ClockFile {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${file}: expected {"base": …, "rate": …, "offset": …}`);
  const number = (key: string, fallback: number): number => {
    const found: unknown = Reflect.get(value, key);
    if (found === undefined) return fallback;
    const given = typeof found === 'string' ? Date.parse(found) : found;
    if (typeof given !== 'number' || Number.isNaN(given)) throw new TypeError(`${file}: ${key} is no number`);
    return given;
  };
  return { base: number('base', 0), rate: number('rate', 1), offset: number('offset', 0) };
}

/** A clock that stands still until told: for tests. `advance` runs what falls due, in order. */
export function manualClock(startMs = Date.UTC(2026, 8, 1)): Clock & { advance(ms: number): Promise<void> } {
  let now = startMs;
  let waiting: { due: number; run: () => void }[] = [];
  const afterMs: Clock['afterMs'] = (ms, run) => {
    const entry = { due: now + ms, run };
    waiting.push(entry);
    return () => {
      waiting = waiting.filter((other) => other !== entry);
    };
  };
  return {
    nowMs: () => now,
    afterMs,
    pause: (ms) => new Promise((resolve) => void (ms <= 0 ? resolve() : afterMs(ms, resolve))),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = waiting.filter((entry) => entry.due <= end).sort((x, y) => x.due - y.due)[0];
        if (next === undefined) break;
        waiting = waiting.filter((entry) => entry !== next);
        now = Math.max(now, next.due);
        next.run();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
  };
}
