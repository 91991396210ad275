import type { MainDatabase } from '../../schema.ts';
import { type AuditFilter, findNumbers, findWindow, listAudit } from './audit.store.ts';
import type { AuditedChange } from './audit-row.ts';

/** `next`: the number below which the list goes on, and when that was; undefined at its end. */
export type AuditPage = { changes: AuditedChange[]; next: { before: number; at: number } | undefined };

/** Entries looked at for one page: what matches may stand anywhere, and everybody else waits meanwhile. */
const windowSize = 5_000;

/** Newest first. A page may be short, even empty, and still not be the last: it looked at as many as one page may. */
export async function readAuditPage(database: MainDatabase, filter: AuditFilter): Promise<AuditPage> {
  const numbers = await findNumbers(database, filter);
  if (numbers === undefined) return { changes: [], next: undefined };
  const last = await findWindow(database, filter.what, numbers, windowSize);
  const changes = await listAudit(database, filter, { ...numbers, from: last?.number ?? numbers.from });
  const full = changes.length === filter.limit ? changes.at(-1) : undefined;
  const reached = full ?? last;
  return { changes, next: reached === undefined ? undefined : { before: reached.number, at: reached.at } };
}
