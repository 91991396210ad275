export type Key = readonly string[];

/**
 * Gathers keys for a while and tells each once; the first at once, so that a single change is seen without a wait. What
 * comes while the last ones are still being read waits until they are: a reading is never broken off for the next, and
 * none is left out. An empty key stands for everything, and for all others with it.
 */
export function makeCollector(
  everyMs: number,
  tell: (key: Key) => Promise<unknown>,
): { add(key: Key): void; end(): void } {
  let waiting = new Map<string, Key>();
  let isBusy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function flush(): Promise<void> {
    if (waiting.size === 0) {
      isBusy = false;
      return;
    }
    const keys = waiting.has('[]') ? [[]] : [...waiting.values()];
    waiting = new Map();
    await Promise.allSettled(keys.map(tell));
    timer = setTimeout(() => void flush(), everyMs);
  }

  return {
    add(key) {
      waiting.set(JSON.stringify(key), key);
      if (isBusy) return;
      isBusy = true;
      void flush();
    },
    end() {
      clearTimeout(timer);
      waiting = new Map();
    },
  };
}
