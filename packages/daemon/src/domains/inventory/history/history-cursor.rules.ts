import { Fault } from '@operations-center/contract';
import { z } from 'zod';
import type { DiffPlace, DiffWindow } from './diff.ts';

const number = z.number().int().nonnegative();
const diffCursor = z.tuple([
  z.literal('diff'),
  number.describe('from'),
  number.describe('to'),
  z.string().nullable().describe('cluster'),
  z.string().nullable().describe('kind'),
  z.enum(['ended', 'began']),
  number.describe('at'),
  number.describe('id'),
]);
const historyCursor = z.tuple([z.literal('history'), z.string(), z.string(), number]);

export const toDiffCursor = ({ from, to, cluster, kind }: DiffWindow, { part, at, id }: DiffPlace): string =>
  encode(['diff', from, to, cluster ?? null, kind ?? null, part, at, id] satisfies z.input<typeof diffCursor>);

/** `to` not given: the one of the first page. */
export function readDiffCursor(
  cursor: string,
  given: Omit<DiffWindow, 'to'> & { to: number | undefined },
): { to: number; after: DiffPlace } {
  const read = diffCursor.safeParse(decode(cursor));
  if (!read.success) throw refused('it is none that we gave');
  const [, from, to, cluster, kind, part, at, id] = read.data;
  const isSame =
    from === given.from &&
    (given.to === undefined || given.to === to) &&
    cluster === (given.cluster ?? null) &&
    kind === (given.kind ?? null);
  if (!isSame) throw refused('it belongs to other times, another cluster or another kind');
  return { to, after: { part, at, id } };
}

export const toHistoryCursor = (kind: string, uuid: string, before: number): string =>
  encode(['history', kind, uuid, before] satisfies z.input<typeof historyCursor>);

export function readHistoryCursor(cursor: string, of: { kind: string; uuid: string }): number {
  const read = historyCursor.safeParse(decode(cursor));
  if (!read.success) throw refused('it is none that we gave');
  const [, kind, uuid, before] = read.data;
  if (kind !== of.kind || uuid !== of.uuid) throw refused('it belongs to another object');
  return before;
}

const encode = (value: readonly unknown[]): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const refused = (why: string): Fault => new Fault('inventory_cursor_invalid', `Bad cursor: ${why}`);
