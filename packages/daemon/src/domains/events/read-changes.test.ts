import { expect, test } from 'vitest';
import type { ChangeLog } from '../../platform/change-log.ts';
import { readChangesOn } from './read-changes.service.ts';

/** Keeps entries 6 to 9. */
const log: ChangeLog = {
  head: async () => ({ number: 9, pruned: 5 }),
  read: async (after, limit) =>
    [6, 7, 8, 9]
      .filter((number) => number > after)
      .slice(0, limit)
      .map((number) => ({ number, at: 0, metadata: '{}' })),
  passed: async () => {},
};

test('changes are read on behind a place; who is behind what is kept is told', async () => {
  const read = async (after: number, limit = 10) => {
    const { changes, position, lost } = await readChangesOn(log, after, limit);
    return [changes.map(({ number }) => number), position, lost?.reason];
  };
  expect(await read(5)).toEqual([[6, 7, 8, 9], 9, undefined]);
  expect(await read(6, 2)).toEqual([[7, 8], 8, undefined]);
  expect(await read(9)).toEqual([[], 9, undefined]);
  expect(await read(3)).toEqual([[6, 7, 8, 9], 9, 'pruned']);
  // Of an inventory that was begun anew.
  expect(await read(12)).toEqual([[], 9, 'unknown']);
  expect(await read(5, 0)).toEqual([[], 5, undefined]);
});
