import { type DialectName, textType } from '@operations-center/database';
import { type Kysely, sql } from 'kysely';
import { listOf } from './operations.store.ts';

/**
 * What lists of operations are read by: one index for each filter, in the order of the list. `operation_subjects` keeps
 * what an operation held, also after it has ended; `operation_claims` only what is held now.
 */
export async function operationListTables(tx: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await sql`create table operation_subjects (
    claim ${text} not null,
    created_at bigint not null,
    operation ${text} not null references operations (id) on delete cascade,
    primary key (claim, created_at, operation)
  )`.execute(tx);
  const claims = sql.raw(listOf(dialect).replace('?', 'operations.claims'));
  await sql`insert into operation_subjects (claim, created_at, operation)
    select value, operations.created_at, operations.id from operations, ${claims}`.execute(tx);
  await sql`drop index operations_created`.execute(tx);
  await sql`create index operations_created on operations (created_at, id)`.execute(tx);
  await sql`create index operations_workflow on operations (workflow, created_at, id)`.execute(tx);
  await sql`create index operations_outcome on operations (outcome, created_at, id) where outcome is not null`.execute(
    tx,
  );
  await sql`create index operations_open on operations (created_at, id) where outcome is null`.execute(tx);
  await sql`create index operation_subjects_operation on operation_subjects (operation)`.execute(tx);
}
