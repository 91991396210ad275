import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LvmId, LvmSeen } from './lvm-id.ts';
import { allotLvmIds, lvmRange, noteSeen } from './lvm-ids.rules.ts';

const off = (machine: string): LvmSeen => ({ machine, server: machine, enabled: false, id: 0 });
const taken = (machine: string, id: number, held_by: string | null = null, changed_at = 0): LvmId => ({
  machine,
  server: machine,
  id,
  held_by,
  changed_at,
});
const idsOf = (entries: readonly LvmId[], seen: readonly LvmSeen[]) => {
  const allotted = allotLvmIds(entries, seen);
  return 'ids' in allotted ? allotted.ids.map(({ id }) => id) : allotted;
};

test.each<[string, LvmId[], LvmSeen[], unknown]>([
  ['the smallest free ones', [taken('x', 1), taken('y', 3)], [off('a'), off('b')], [2, 4]],
  ['an enabled one keeps its own', [], [off('a'), { ...off('b'), enabled: true, id: 1 }], [2, 1]],
  ['what only it has itself is free to it', [taken('a', 1)], [{ ...off('a'), id: 1 }], [1]],
  ['what another has, too, is not', [taken('a', 1), taken('x', 1)], [{ ...off('a'), id: 1 }], [2]],
  ['enabled without an id gets one', [], [{ ...off('a'), enabled: true }], [1]],
  ['enabled with an id that sanlock refuses gets one', [], [{ ...off('a'), enabled: true, id: 2001 }], [1]],
  [
    'two that are enabled with one id are no pair',
    [],
    [
      { ...off('a'), enabled: true, id: 5 },
      { ...off('b'), enabled: true, id: 5 },
    ],
    { shared: { id: 5, servers: ['a', 'b'] } },
  ],
])('allots: %s', (_, entries, seen, expected) => {
  expect(idsOf(entries, seen)).toEqual(expected);
});

test('when all 2000 are taken, the first machine that gets none is named', () => {
  const all = Array.from({ length: lvmRange.largest - 1 }, (__, at) => taken(`m${at}`, at + 1));
  expect(idsOf(all, [off('a'), off('b')])).toEqual({ exhausted: 'b' });
});

test.each<[string, LvmId, LvmSeen | undefined, boolean]>([
  ['seen with lvm off', taken('a', 7), off('a'), true],
  ['not seen', taken('a', 7), undefined, false],
  ['another was seen', taken('a', 7), off('b'), false],
  [
    'seen enabled with another id: the old one is in use until a reset',
    taken('a', 7),
    { ...off('a'), enabled: true, id: 8 },
    false,
  ],
  ['seen off, but still configured', taken('a', 7), { ...off('a'), id: 7 }, false],
  ['held by a creation', taken('a', 7, 'cluster'), off('a'), false],
  ['allotted after the look began', taken('a', 7, null, 100), off('a'), false],
])('an id is free again only when its machine was seen off: %s', (_, entry, look, isFree) => {
  const { freed } = noteSeen([entry], look === undefined ? [] : [look], 100);
  expect(freed).toEqual(isFree ? [entry] : []);
});

test('an id found configured is taken, enabled or not', () => {
  const seen = [{ ...off('a'), id: 7 }, { ...off('b'), enabled: true, id: 8 }, off('c')];
  expect(noteSeen([], seen, 5).found).toEqual([taken('a', 7, null, 5), taken('b', 8, null, 5)]);
  expect(noteSeen([taken('a', 7)], seen, 5).found).toEqual([taken('b', 8, null, 5)]);
});

/** A small world: machines with lvm as it is, and the table as creations and looks leave it. */
type Act = { kind: 'create' | 'finish' | 'undo' | 'reset' | 'look'; machines: number[] };

function live(acts: readonly Act[]): void {
  let table: LvmId[] = [];
  let now = 0;
  const lvm = new Map<string, { enabled: boolean; id: number }>();
  const name = (at: number) => `m${at}`;
  const see = (machine: string): LvmSeen => ({ ...off(machine), ...lvm.get(machine) });
  const note = (machines: readonly string[]) => {
    const { freed, found } = noteSeen(table, machines.map(see), now);
    table = [...table.filter((entry) => !freed.includes(entry)), ...found];
  };
  for (const { kind, machines } of acts) {
    now += 1;
    const names = [...new Set(machines)].map(name);
    if (kind === 'look') note(names);
    if (kind === 'reset') for (const machine of names) lvm.delete(machine);
    if (kind === 'undo' || kind === 'finish') {
      for (const entry of table.filter(({ held_by }) => held_by === String(machines[0]))) {
        if (kind === 'finish') lvm.set(entry.machine, { enabled: true, id: entry.id });
        table = table.map((one) => (one === entry ? { ...one, held_by: null, changed_at: now } : one));
      }
    }
    if (
      kind !== 'create' ||
      names.some((machine) => table.some((entry) => entry.machine === machine && entry.held_by !== null))
    )
      continue;
    note(names);
    const allotted = allotLvmIds(table, names.map(see));
    if (!('ids' in allotted)) continue;
    for (const { machine, server, id } of allotted.ids) {
      table = table.filter((entry) => entry.machine !== machine || entry.id !== id);
      table.push({ machine, server, id, held_by: String(machines[0]), changed_at: now });
    }
    const used = [...lvm].filter(([, { enabled }]) => enabled).map(([machine, { id }]) => ({ machine, id }));
    for (const { machine, id } of allotted.ids) {
      expect(id).toBeGreaterThanOrEqual(lvmRange.smallest);
      expect(id).toBeLessThanOrEqual(lvmRange.largest);
      const others = [...table, ...used].filter((entry) => entry.machine !== machine);
      expect(others.map((entry) => entry.id)).not.toContain(id);
    }
  }
}

test('whatever is created, finished, undone, reset and looked at: no two machines ever have one id', () => {
  const act = fc.record({
    kind: fc.constantFrom<Act['kind'][]>('create', 'create', 'finish', 'undo', 'reset', 'look'),
    machines: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 5 }),
  });
  fc.assert(fc.property(fc.array(act, { maxLength: 60 }), live), { numRuns: 300 });
});
