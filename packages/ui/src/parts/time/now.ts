import { useSyncExternalStore } from 'react';

/** One clock for the page: all ages change together, and nothing ticks when none is shown. */
const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const one of listeners) one();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function read(): number {
  if (timer === undefined) nowMs = Date.now();
  return nowMs;
}

/** The time, to the second. */
export const useNowMs = (): number => useSyncExternalStore(subscribe, read);
