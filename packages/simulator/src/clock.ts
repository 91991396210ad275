import { readFileSync, statSync } from 'node:fs';

/** The only source of time and of waiting in the simulator. */
export type Clock = {
  /** Milliseconds since 1970 as the simulated world sees them: for stamps, expiry, uptime. */
  nowMs: () => number;
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

type ClockFile = { base_ms: number; rate: number; offset_ms: number };

/** `base_ms` + `rate` × elapsed since the start + `offset_ms`: the same file, read the same way as the daemon reads it. */
function testClock(file: string): () => number {
  const startedMs = performance.now();
  let read: ClockFile = { base_ms: Date.now(), rate: 1, offset_ms: 0 };
  let changedAt = -1;
  return () => {
    const stamp = statSync(file).mtimeMs;
    const text = stamp === changedAt ? '' : readFileSync(file, 'utf8');
    // Empty: it is being written just now, and until then it is as it was.
    if (text !== '') {
      read = parseClockFile(text, file, read);
      changedAt = stamp;
    }
    return Math.floor(read.base_ms + read.rate * (performance.now() - startedMs) + read.offset_ms);
  };
}

function parseClockFile(text: string, file: string, before: ClockFile): ClockFile {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${file}: expected {"base_ms": …, "rate": …, "offset_ms": …}`);
  }
  const number = (key: keyof ClockFile): number => {
    const found: unknown = Reflect.get(value, key) ?? before[key];
    if (typeof found !== 'number') throw new TypeError(`${file}: ${key} is no number`);
    return found;
  };
  return { base_ms: number('base_ms'), rate: number('rate'), offset_ms: number('offset_ms') };
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
