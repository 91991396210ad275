import type { Column } from './column.ts';

/** Marks that a spreadsheet would take for a formula get a quote before them. */
const formula = /^[=+\-@\t\r]/;

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The columns that have a value, as RFC 4180 writes them. */
export function toCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const shown = columns.flatMap(({ title, value }) => (value === undefined ? [] : [{ title, value }]));
  const lines = [
    shown.map(({ title }) => field(title)),
    ...rows.map((row) => shown.map(({ value }) => field(value(row)))),
  ];
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}
