import { type DialectName, textType } from '@operations-center/database';
import { type Kysely, sql } from 'kysely';

/**
 * Makes the tables of the engine; part of the program's first migration.
 *
 * `operations` holds what was asked (plan, wishes) and who works on it (lease); `operation_steps` what happened, append
 * only; the status of an operation is derived from both. Lease times are by the database's clock, all others by the
 * program's.
 */
export async function workflowTables(tx: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await sql`create table operations (
    id ${text} primary key,
    workflow ${text} not null,
    version bigint not null,
    plan ${text} not null,
    about ${text} not null,
    claims ${text} not null,
    requested_by ${text},
    created_at bigint not null,
    updated_at bigint not null,
    touched_at bigint not null,
    touched_by ${text},
    wants ${text} not null,
    forgiven bigint not null default 0,
    paused ${text},
    resumed bigint not null default 0,
    outcome ${text},
    todo bigint not null,
    owner ${text},
    holder ${text},
    fence bigint not null default 0,
    lease_until bigint not null default 0,
    busy_until bigint not null default 0,
    observed ${text}
  )`.execute(tx);
  await sql`create table operation_steps (
    operation ${text} not null references operations (id) on delete cascade,
    seq bigint not null,
    step ${text} not null,
    event ${text} not null,
    attempt bigint not null,
    at bigint not null,
    deadline_at bigint,
    output ${text},
    detail ${text},
    primary key (operation, seq)
  )`.execute(tx);
  await sql`create table operation_claims (
    claim ${text} primary key,
    operation ${text} not null references operations (id) on delete cascade
  )`.execute(tx);
  await sql`create index operations_todo on operations (todo, created_at) where outcome is null`.execute(tx);
  await sql`create index operations_created on operations (created_at)`.execute(tx);
  await sql`create index operation_claims_operation on operation_claims (operation)`.execute(tx);
}
