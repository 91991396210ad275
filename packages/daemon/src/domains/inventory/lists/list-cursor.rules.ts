import { hash } from 'node:crypto';
import { Fault } from '@operations-center/contract';
import { z } from 'zod';
import type { OrderKey } from './list-order.ts';

const listCursor = z.tuple([
  z.literal('list'),
  z.string().describe('which question'),
  z.array(z.union([z.string(), z.number()])),
]);

/** `question`: all that says which objects there are, and in which order; a cursor of another one is refused. */
export const toListCursor = (question: unknown, key: OrderKey): string =>
  Buffer.from(JSON.stringify(['list', digestOf(question), key])).toString('base64url');

export function readListCursor(cursor: string, question: unknown, columns: number): OrderKey {
  const read = listCursor.safeParse(decode(cursor));
  if (!read.success) throw refused('it is none that we gave');
  const [, asked, key] = read.data;
  if (asked !== digestOf(question)) throw refused('it belongs to a list with other conditions or another order');
  if (key.length !== columns) throw refused('it is none that we gave');
  return key;
}

const digestOf = (question: unknown): string => hash('sha256', JSON.stringify(question)).slice(0, 16);

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const refused = (why: string): Fault => new Fault('inventory_cursor_invalid', `Bad cursor: ${why}`);
