import { expect, test } from 'vitest';
import type { Column } from './column.ts';
import { toCsv } from './csv.rules.ts';
import { nextSort, sortRows } from './sort.rules.ts';

type Row = { name: string; size: number };
const columns: Column<Row>[] = [
  { key: 'name', title: 'Name', cell: ({ name }) => name, value: ({ name }) => name },
  { key: 'size', title: 'Size', cell: ({ size }) => size, value: ({ size }) => size },
  { key: 'act', title: '', cell: () => null },
];
const rows = [
  { name: 's10', size: 9 },
  { name: 's2', size: 10 },
];

test('rows are sorted as people count, both ways, and stay as they came for a column that has no value', () => {
  const names = (sort: string) => sortRows(rows, columns, sort).map(({ name }) => name);
  expect([names('name'), names('-name'), names('size'), names('act'), names('')]).toEqual([
    ['s2', 's10'],
    ['s10', 's2'],
    ['s10', 's2'],
    ['s10', 's2'],
    ['s10', 's2'],
  ]);
  expect([nextSort('a', ''), nextSort('a', 'a'), nextSort('a', '-a'), nextSort('a', 'b')]).toEqual([
    'a',
    '-a',
    '',
    'a',
  ]);
});

test('CSV keeps commas, quotes and lines in their field, and no text becomes a formula', () => {
  expect(
    toCsv(
      [
        { name: 'a,"b"\nc', size: 1 },
        { name: '=1+1', size: -2 },
      ],
      columns,
    ),
  ).toBe('Name,Size\r\n"a,""b""\nc",1\r\n\'=1+1,-2\r\n');
});
