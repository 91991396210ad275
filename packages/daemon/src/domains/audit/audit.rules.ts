import { Fault } from '@operations-center/contract';

const cursorPrefix = 'audit/';

/** The place of an entry in the list, for the next page. */
export const toAuditCursor = (number: number): string => Buffer.from(`${cursorPrefix}${number}`).toString('base64url');

export function readAuditCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const digits = text.startsWith(cursorPrefix) ? text.slice(cursorPrefix.length) : '';
  if (/^\d{1,15}$/.test(digits)) return Number(digits);
  throw new Fault('event_cursor_invalid', 'Bad Request: the cursor is none that we gave');
}

/** `1234:5c1f…`, as the log of the daemon has it. */
export function readHead(text: string): { number: number; hash: string } {
  const [, number = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash !== '') return { number: Number(number), hash };
  throw new Fault('query_invalid', 'Bad Request: head: expected NUMBER:HASH, as the log of the daemon has it');
}
