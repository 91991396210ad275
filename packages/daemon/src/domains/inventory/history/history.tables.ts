import { bytesType, type DialectName, textType } from '@operations-center/database';
import { type Kysely, sql } from 'kysely';

/**
 * What objects were before: kept when a row is written anew, renamed or deleted, so that what does not change costs
 * nothing. Times are microseconds of the policy clock: the text of `last_updated` drops zeros and does not sort.
 */
export async function createHistory(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  const id = dialect === 'postgres' ? 'bigint generated always as identity primary key' : 'integer primary key';
  await sql`alter table inventory_objects add column identity ${text} not null default ''`.execute(db);
  await sql`alter table inventory_objects add column lasting ${text} not null default ''`.execute(db);
  await sql`alter table inventory_objects add column since bigint not null default 0`.execute(db);
  // Rows of before are as old as the history: nobody can say what they were earlier.
  await sql`create table inventory_history (kept_since bigint not null, begun bigint not null)`.execute(db);
  await sql`insert into inventory_history values (${Date.now() * 1_000}, ${Date.now() * 1_000})`.execute(db);
  await sql`update inventory_objects set identity = uuid, lasting = digest, since = (select kept_since from inventory_history)`.execute(
    db,
  );
  await sql`create table inventory_versions (
    id ${sql.raw(id)}, object_id bigint not null, kind ${text} not null, uuid ${text} not null,
    identity ${text} not null, cluster ${text} not null, server ${text} not null, project_name ${text} not null,
    parent_name ${text} not null, name ${text} not null, type ${text} not null, status ${text} not null, head ${text} not null,
    object ${text} not null, lasting ${text} not null, last_updated ${text} not null,
    since bigint not null, until bigint not null, ended ${text} not null, size integer not null
  )`.execute(db);
  await sql`create index inventory_versions_by_order
    on inventory_versions (kind, cluster, server, name, object_id, since, until)`.execute(db);
  await sql`create index inventory_versions_by_uuid on inventory_versions (kind, uuid, since)`.execute(db);
  await sql`create index inventory_versions_by_identity on inventory_versions (kind, identity, since)`.execute(db);
  await sql`create index inventory_versions_by_object on inventory_versions (object_id, since)`.execute(db);
  // What began or ended between two times is found without a look at the rows.
  await sql`create index inventory_versions_by_start
    on inventory_versions (since, object_id, until, cluster, kind)`.execute(db);
  await sql`create index inventory_versions_by_end
    on inventory_versions (until, id, since, cluster, kind, size)`.execute(db);
  await sql`create index inventory_objects_by_start on inventory_objects (since, id, cluster, kind)`.execute(db);
  await sql`create index inventory_objects_by_identity on inventory_objects (kind, identity)`.execute(db);
}

/** Packed: the object is empty, and `packed` holds what differs from the one that came after it (decision 36). */
export async function addPacked(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  await sql`alter table inventory_versions add column packed ${bytesType(dialect)}`.execute(db);
}
