import { expect, test } from 'vitest';
import { compareThreeWays, fulfils } from './three-way.plan.ts';

const field = 'config.k';
/** A field as the four sides have it; undefined: it is not there. */
type Row = { before?: string; applied?: string; file?: string; live?: string };

function judge({ before, applied, file, live }: Row, name = field): string {
  const side = (value: string | undefined) => ({ '': value === undefined ? {} : { [name]: value } });
  const { changes, differences } = compareThreeWays({
    fileBefore: side(before),
    applied: side(applied),
    file: side(file),
    live: side(live),
  });
  const [change] = changes;
  if (change !== undefined) return `${change.before ?? 'nothing'} → ${change.after ?? 'nothing'}`;
  return differences[0]?.kind ?? 'left';
}

test.each<[string, Row, string]>([
  ['as wanted', { before: 'a', applied: 'a', file: 'a', live: 'a' }, 'left'],
  ['changed by the file', { before: 'a', applied: 'a', file: 'b', live: 'a' }, 'a → b'],
  ['changed by others', { before: 'a', applied: 'a', file: 'a', live: 'x' }, 'drift'],
  ['unset by others', { before: 'a', applied: 'a', file: 'a' }, 'drift'],
  ['changed by both', { before: 'a', applied: 'a', file: 'b', live: 'x' }, 'conflict'],
  ['changed by both to the same', { before: 'a', applied: 'a', file: 'b', live: 'b' }, 'left'],
  ['changed by the file, unset by others', { before: 'a', applied: 'a', file: 'b' }, 'conflict'],
  ['new in the file', { file: 'b' }, 'nothing → b'],
  ['new in the file, and set by others', { file: 'b', live: 'x' }, 'conflict'],
  ['out of the file', { before: 'a', applied: 'a', live: 'a' }, 'a → nothing'],
  ['out of the file, and gone', { before: 'a', applied: 'a' }, 'left'],
  ['out of the file, and changed by others', { before: 'a', applied: 'a', live: 'x' }, 'conflict'],
  ['never in a file', { applied: 'a', live: 'a' }, 'left'],
  ['never in a file, and changed by others', { applied: 'a', live: 'x' }, 'left'],
  ['a default that the file changes', { applied: 'a', file: 'b', live: 'a' }, 'a → b'],
  ['unset by the file', { before: 'a', applied: 'a', file: '', live: 'a' }, 'a → nothing'],
  ['auto, and Incus chose', { before: 'auto', applied: 'auto', file: 'auto', live: '10.0.0.1/24' }, 'left'],
  ['no longer auto', { before: 'auto', applied: 'auto', file: 'none', live: '10.0.0.1/24' }, '10.0.0.1/24 → none'],
])('%s', (_, row, verdict) => expect(judge(row)).toBe(verdict));

test('what Incus filled in by itself is nobody’s choice', () => {
  expect(judge({ file: '10.1.0.1/24', live: '10.7.0.1/24' }, 'config.ipv4.address')).toBe('10.7.0.1/24 → 10.1.0.1/24');
});

test('auto is not fulfilled by none, an empty value is by absence', () => {
  expect([fulfils('auto', 'none'), fulfils('', undefined), fulfils('', 'x')]).toEqual([false, true, false]);
});
