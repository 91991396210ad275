import type { Option } from '../command.ts';
import { UsageFailure } from '../failures/failure.ts';
import { writeCsv } from './csv.ts';
import { compareRows } from './natural-order.ts';
import { printableLine } from './printable.ts';
import { renderTable } from './table.ts';
import { writeYaml } from './yaml.ts';

export type ListKind = 'table' | 'csv' | 'json' | 'yaml' | 'compact';
export type ListFormat = { kind: ListKind; header: boolean };

/** One column. `sorted: false` keeps it out of the order of rows; `free` text may be cut on a narrow terminal. */
export type Column<Row> = { header: string; value: (row: Row) => string; sorted?: boolean; free?: boolean };

const kinds: readonly ListKind[] = ['table', 'csv', 'json', 'yaml', 'compact'];

/** `-f` of every list. */
export const listFormat: Option<ListFormat> = {
  about: 'Format: table, csv, json, yaml or compact, and ",header" or ",noheader" after it',
  kind: 'value',
  short: 'f',
  placeholder: 'format',
  initial: { kind: 'table', header: true },
  initialText: 'table',
  read: readListFormat,
  required: false,
  choices: [...kinds, 'csv,header', 'table,noheader', 'compact,noheader'],
};

function readListFormat(typed: string): ListFormat {
  const [kind, suffix, ...more] = typed.split(',');
  const found = kinds.find((one) => one === kind);
  if (found === undefined || more.length > 0 || !['header', 'noheader', undefined].includes(suffix)) {
    throw new UsageFailure(
      `"${typed}" is no format`,
      `One of: ${kinds.join(', ')}; then maybe ",header" or ",noheader".`,
    );
  }
  return { kind: found, header: suffix === undefined ? found !== 'csv' : suffix === 'header' };
}

/** Tables and CSV are sorted by their columns; JSON and YAML keep the daemon's order. */
export async function showList<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  format: ListFormat,
  width: number | undefined,
): Promise<string> {
  if (format.kind === 'json') return `${JSON.stringify(rows)}\n`;
  if (format.kind === 'yaml') return writeYaml(rows, 4);
  const headers = format.header ? columns.map((column) => column.header) : undefined;
  const sortedBy = columns.flatMap((column, index) => (column.sorted === false ? [] : [index]));
  const cells = rows.map((row) => columns.map((column) => column.value(row))).sort(compareRows(sortedBy));
  if (format.kind === 'csv') return writeCsv(headers === undefined ? cells : [headers, ...cells]);
  const printed = cells.map((row) => row.map(printableLine));
  const free = columns.flatMap((column, index) => (column.free === true ? [index] : []));
  return renderTable({ headers, rows: printed, free }, format.kind, width);
}

export type ShowFormat = '' | 'json' | 'yaml';

/** `-f` of every show: text unless told otherwise. */
export const showFormat: Option<ShowFormat> = {
  about: 'Format: json or yaml instead of text',
  kind: 'value',
  short: 'f',
  placeholder: 'format',
  initial: '',
  initialText: '',
  read: (typed) => {
    if (typed === '' || typed === 'json' || typed === 'yaml') return typed;
    throw new UsageFailure(`"${typed}" is no format`, 'One of: json, yaml; without it, text.');
  },
  required: false,
  choices: ['json', 'yaml'],
};

export function showObject(value: unknown, format: ShowFormat, asText: () => string): string {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  if (format === 'yaml') return writeYaml(value, 2);
  return asText();
}
