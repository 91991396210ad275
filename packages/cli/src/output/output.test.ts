import { expect, test } from 'vitest';
import { writeCsv } from './csv.ts';
import { type Column, showList } from './list.ts';
import { compareNaturally } from './natural-order.ts';
import { showElapsed } from './time.ts';
import { writeYaml } from './yaml.ts';

type Row = { name: string; description: string };
const columns: readonly Column<Row>[] = [
  { header: 'Name', value: (row) => row.name },
  { header: 'Description', value: (row) => row.description, free: true },
];
const rows: Row[] = [
  { name: 'server10', description: 'x'.repeat(60) },
  { name: 'server2', description: '' },
  { name: '', description: 'unnamed' },
];

test('rows stand in natural order, what is empty comes last, and nothing is cut without a terminal', async () => {
  const text = await showList(rows, columns, { kind: 'table', header: true }, undefined);
  expect(
    text
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|')[1]?.trim()),
  ).toEqual(['Name', 'server2', 'server10', '']);
  expect(text).toContain('x'.repeat(60));
});

test('on a terminal only free text is cut, so that the table fits', async () => {
  const text = await showList(rows, columns, { kind: 'table', header: true }, 40);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(text).toContain('server10');
  expect(text).toContain('x…');
});

test('a terminal that is too narrow for names gets them whole all the same', async () => {
  const text = await showList(rows, columns, { kind: 'table', header: true }, 10);
  expect(text).toContain('server10');
});

test('JSON and YAML keep the order of the daemon', async () => {
  expect(await showList(rows.slice(0, 2), columns, { kind: 'json', header: true }, 20)).toBe(
    `${JSON.stringify(rows.slice(0, 2))}\n`,
  );
});

test('an empty list is a header, [] or nothing, as the format has it', async () => {
  const show = (kind: 'table' | 'json' | 'yaml' | 'csv', header = true) =>
    showList([], columns, { kind, header }, undefined);
  expect(await show('table')).toBe('+------+-------------+\n| Name | Description |\n+------+-------------+\n');
  expect([await show('json'), await show('yaml'), await show('csv', false), await show('table', false)]).toEqual([
    '[]\n',
    '[]\n',
    '',
    '',
  ]);
});

test('CSV quotes only what it must', () => {
  expect(writeCsv([['a', 'b,c', 'say "x"', '', ' lead']])).toBe('a,"b,c","say ""x""",," lead"\n');
});

test.each([
  ['', 'x', 1],
  ['server2', 'server10', -1],
  ['a1b2', 'a1b10', -1],
  ['a', 'a', 0],
  ['a01', 'a1', -1],
])('%j before %j: %i', (left, right, sign) => {
  expect(Math.sign(compareNaturally(left, right))).toBe(sign);
});

test.each<[unknown, string]>([
  ['', '""'],
  ['true', '"true"'],
  ['yes', '"yes"'],
  ['null', '"null"'],
  ['007', '"007"'],
  ['1.5', '"1.5"'],
  ['0x1f', '"0x1f"'],
  ['8:0', "'8:0'"],
  ['a: b', "'a: b'"],
  ['a #b', "'a #b'"],
  ["it's", "it's"],
  ['- x', "'- x'"],
  ['-x', '-x'],
  ['@SERVER_NAME@', "'@SERVER_NAME@'"],
  ['a\tb', '"a\\tb"'],
  ['2026-11-22', '"2026-11-22"'],
  ['2026-11-22T19:15:19Z', '2026-11-22T19:15:19Z'],
  ['line\n', '|\n    line'],
  ['line', 'line'],
  ['a\nb', '|-\n    a\n    b'],
  [' a\nb\n', '|4\n     a\n    b'],
  [null, 'null'],
  [[], '[]'],
  [{}, '{}'],
])('YAML of %j', (value, text) => {
  expect(writeYaml({ key: value }, 4)).toBe(`key: ${text}\n`);
});

test('what we write as YAML reads as what it was', async () => {
  const { parse } = await import('yaml');
  const value = {
    a: [{ b: 'x\ny\n', c: ['1', 'no', '', '~', ' x ', 'a"b', 'é', '\u0007', '<<', '---', '? x', 'x:'] }],
    'odd key: #': { '1': 'x' },
  };
  for (const step of [2, 4] as const) expect(parse(writeYaml(value, step))).toEqual(value);
});

test('elapsed time grows from minutes to hours', () => {
  expect([0, 21_000, 3_723_000].map(showElapsed)).toEqual(['0:00', '0:21', '1:02:03']);
});
