import { useSyncExternalStore } from 'react';

const key = 'times-in-utc';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Whether all times are shown in UTC; the browser remembers. */
export const useUtc = (): boolean => useSyncExternalStore(subscribe, () => localStorage.getItem(key) === 'yes');

export function setUtc(isUtc: boolean): void {
  localStorage.setItem(key, isUtc ? 'yes' : 'no');
  for (const listener of listeners) listener();
}
