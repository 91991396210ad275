import type { DialectName, SqlValue } from '@operations-center/database';
import type { ItemFilter } from '../rows/inventory-item.ts';

/** By what a list may be sorted: what has an index of its own. */
export const sortColumns = ['name', 'cluster', 'server', 'project_name', 'parent_name', 'status', 'uuid'] as const;
export type SortColumn = (typeof sortColumns)[number];
export type Sort = { column: SortColumn; down: boolean };

/** The columns of an order; all of them go up, or all of them down, so that an index is read in one direction. */
export type ListOrder = { columns: readonly string[]; down: boolean };
/** Where a page ended: the values of these columns. */
export type OrderKey = readonly SqlValue[];

const inOrder = ['cluster', 'server', 'name', 'id'];

/**
 * OC's order, or what is wanted first and then OC's; URLs are in the order of first sight. What a condition fixes orders
 * nothing: SQLite finds the place in its index only without it, PostgreSQL only with it.
 */
export function orderOf(sort: Sort | undefined, filter: ItemFilter, isUrls: boolean, dialect: DialectName): ListOrder {
  if (sort === undefined && isUrls) return { columns: ['id'], down: false };
  const wanted = sort === undefined ? inOrder : [sort.column, ...inOrder.filter((column) => column !== sort.column)];
  const fixed = new Set(filter.cluster === undefined || dialect === 'postgres' ? [] : ['cluster']);
  return { columns: wanted.filter((column) => !fixed.has(column)), down: sort?.down ?? false };
}

export const orderText = ({ columns, down }: ListOrder): string =>
  columns.map((column) => `${column}${down ? ' desc' : ''}`).join(', ');

/** ` and (…) > (…)`: the rows behind a key, or with `until` those up to it; nothing without a key. */
export function boundText(
  { columns, down }: ListOrder,
  key: OrderKey | undefined,
  side: 'behind' | 'until',
): { text: string; values: OrderKey } {
  if (key === undefined) return { text: '', values: [] };
  const sign = side === 'behind' ? (down ? '<' : '>') : down ? '>=' : '<=';
  return { text: ` and (${columns.join(', ')}) ${sign} (${columns.map(() => '?').join(', ')})`, values: key };
}

export const keyOfRow = ({ columns }: ListOrder, row: Readonly<Record<string, unknown>>): OrderKey =>
  // The columns are of the row's own type.
  columns.map((column) => row[column] as SqlValue);
