import { type DialectName, textType } from '@operations-center/database';
import { type Kysely, sql } from 'kysely';
import { rowId } from '../events/events.tables.ts';
import type { AuditRow } from './audit-row.ts';

export type AuditTables = { audit: AuditRow };

export async function createAuditTables(tx: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await sql`create table audit (
    id ${rowId(dialect)},
    xact bigint not null,
    number bigint unique,
    hash ${text},
    at bigint not null,
    location ${text} not null,
    kind ${text} not null,
    request_id ${text} not null,
    protocol ${text} not null,
    username ${text} not null,
    address ${text} not null,
    what ${text} not null,
    object ${text} not null,
    operation ${text} not null,
    plan ${text} not null,
    digest ${text} not null,
    status bigint not null,
    code ${text} not null,
    detail ${text} not null
  )`.execute(tx);
  await sql`create index audit_unnumbered on audit (id) where number is null`.execute(tx);
  await sql`create index audit_request on audit (request_id) where kind = 'outcome'`.execute(tx);
  await sql`create index audit_what on audit (what, location, id)`.execute(tx);
  await sql`create index audit_at on audit (at)`.execute(tx);
  await sql`insert into log_heads (log, number, hash, pruned) values ('audit', 0, '', 0)`.execute(tx);
}

/** For lists of one kind of change, from the newest on. */
export async function addAuditWhatIndex(tx: Kysely<unknown>): Promise<void> {
  await sql`create index audit_what_number on audit (what, number)`.execute(tx);
}
