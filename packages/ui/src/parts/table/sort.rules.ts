import type { Column } from './column.ts';

/** By the way people count: `server2` before `server10`. */
export const compareNames = new Intl.Collator('en', { numeric: true }).compare;

/** `name` upwards, `-name` downwards; a key that no column has leaves the order as it came. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string): readonly Row[] {
  const value = columns.find(({ key }) => key === sort.replace(/^-/, ''))?.value;
  if (value === undefined) return rows;
  const sign = sort.startsWith('-') ? -1 : 1;
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => sign * compareValues(a.value, b.value))
    .map(({ row }) => row);
}

function compareValues(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareNames(String(a), String(b));
}

/** What a click on a column's title sorts by next: upwards, downwards, as it came. */
export function nextSort(key: string, sort: string): string {
  if (sort === key) return `-${key}`;
  return sort === `-${key}` ? '' : key;
}
