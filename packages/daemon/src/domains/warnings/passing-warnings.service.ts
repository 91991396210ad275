import { randomUUID } from 'node:crypto';
import type { Warning } from '@operations-center/contract';
import type { WarningSubject } from './warning.ts';

/** Warnings that live in memory: they say that the database cannot be written, so they cannot be written there. */
export type PassingWarnings = {
  list(): Warning[];
  find(uuid: string): Warning | undefined;
  /** The same subject again counts up; undefined: it is over. */
  set(subject: WarningSubject, message: string | undefined): void;
  mark(uuid: string, status: Warning['status']): void;
};

export function makePassingWarnings(nowMs: () => number): PassingWarnings {
  const warnings = new Map<string, Warning>();
  return {
    list: () => [...warnings.values()],
    find: (uuid) => [...warnings.values()].find((one) => one.uuid === uuid),
    set({ type, scope, entity_type, entity }, message) {
      const key = JSON.stringify([type, scope, entity_type, entity]);
      if (message === undefined) return void warnings.delete(key);
      const now = new Date(nowMs()).toISOString();
      const before = warnings.get(key);
      warnings.set(key, {
        status: before?.status ?? 'new',
        uuid: before?.uuid ?? randomUUID(),
        scope: { scope, entity_type, entity },
        type,
        first_occurrence: before?.first_occurrence ?? now,
        last_occurrence: now,
        last_updated: now,
        // The latest one only: each says all that is known.
        messages: [message],
        count: (before?.count ?? 0) + 1,
      });
    },
    mark(uuid, status) {
      for (const [key, one] of warnings) if (one.uuid === uuid) warnings.set(key, { ...one, status });
    },
  };
}
