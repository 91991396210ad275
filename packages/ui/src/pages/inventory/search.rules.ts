import { type InventoryKind, inventoryKindNames } from '@operations-center/contract';

/** What the page shows stands in its address: it can be sent to somebody. */
export type InventorySearch = { kind?: InventoryKind; filter?: string; sort?: string; asOf?: string };

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const isKind = (value: unknown): value is InventoryKind => inventoryKindNames.some((kind) => kind === value);

/** A time in an address; what is none is left out. */
export const readAsOf = (value: unknown): { asOf?: string } =>
  isText(value) && !Number.isNaN(Date.parse(value)) ? { asOf: value } : {};

export const inventorySearch = ({ kind, filter, sort, asOf }: Record<string, unknown>): InventorySearch => ({
  ...(isKind(kind) && { kind }),
  ...(isText(filter) && { filter }),
  ...(isText(sort) && { sort }),
  ...readAsOf(asOf),
});

export type DiffSearch = { from?: string; to?: string; kind?: InventoryKind; cluster?: string };

export function diffSearch({ from, to, kind, cluster }: Record<string, unknown>): DiffSearch {
  const [{ asOf: start }, { asOf: end }] = [readAsOf(from), readAsOf(to)];
  return {
    ...(start !== undefined && { from: start }),
    ...(end !== undefined && { to: end }),
    ...(isKind(kind) && { kind }),
    ...(isText(cluster) && { cluster }),
  };
}

/** What the box for a time holds, `2026-11-23T14:05`, as the clock on the wall or in UTC; and back. */
export function toBox(iso: string, isUtc: boolean): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return '';
  return new Date(isUtc ? ms : ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function fromBox(text: string, isUtc: boolean): string {
  const ms = Date.parse(isUtc ? `${text}Z` : text);
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}
