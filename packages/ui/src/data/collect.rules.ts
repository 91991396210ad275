export type Key = readonly string[];

/**
 * Gathers keys for a while and tells each once; the first at once, so that a single change is seen without a wait. An
 * empty key stands for everything, and for all others with it.
 */
export function makeCollector(everyMs: number, tell: (key: Key) => void): { add(key: Key): void; end(): void } {
  let waiting = new Map<string, Key>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    timer = undefined;
    if (waiting.size === 0) return;
    const keys = waiting.has('[]') ? [[]] : [...waiting.values()];
    waiting = new Map();
    timer = setTimeout(flush, everyMs);
    for (const key of keys) tell(key);
  }

  return {
    add(key) {
      waiting.set(JSON.stringify(key), key);
      if (timer === undefined) flush();
    },
    end: () => clearTimeout(timer),
  };
}
