import { type DialectName, type Migration, textType } from '@operations-center/database';
import { type Kysely, sql } from 'kysely';
import { createChanges } from './changes/changes.tables.ts';
import { addPacked, createHistory } from './history/history.tables.ts';
import { createSearch } from './search/search.tables.ts';
import { addSecrets } from './secrets/secrets.tables.ts';

export type InventoryTables = {
  inventory_objects: {
    /** Order of first sight, as OC lists URLs. */
    id: number;
    kind: string;
    uuid: string;
    cluster: string;
    /** What a kind does not have is empty, never null: the keys of pages compare all of them. */
    server: string;
    project_name: string;
    parent_name: string;
    name: string;
    type: string;
    /** That of the object; empty if it has none. Beside the document, so that an index finds it. */
    status: string;
    /** The item's JSON before its object. */
    head: string;
    /** As Incus sent it, a mask in the place of each secret. */
    object: string;
    /** Those, sealed (`secrets/`); empty if there are none. */
    secrets: string;
    /** The name of the key they are sealed with; empty if there are none. */
    sealed_with: string;
    /** Of the canonical form, with the secrets: equal means nothing is written. */
    digest: string;
    last_updated: string;
    /** What stays when it is renamed. */
    identity: string;
    /** Of what lasts, without what is measured: equal means that no version is kept. */
    lasting: string;
    /** By which it is found. */
    words: string;
    /** Since when it is as it is: microseconds. */
    since: number;
  };
  /** What was looked at by itself lately: the older answer of a list does not count against it. */
  inventory_looks: {
    cluster: string;
    kind: string;
    uuid: string;
    /** When Incus was asked, in microseconds. */
    asked: number;
  };
  /** How fresh a kind of a cluster is: all that Incus had at this time is in the inventory. */
  inventory_views: {
    cluster: string;
    kind: string;
    /** Epoch milliseconds. */
    seen_at: number;
    /** Why the last try to read it failed; empty: it did not. */
    problem: string;
  };
};

const texts = ['kind', 'uuid', 'cluster', 'server', 'project_name', 'parent_name', 'name', 'type', 'head', 'object'];

async function createObjects(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  let table = db.schema
    .createTable('inventory_objects')
    .addColumn('id', dialect === 'postgres' ? sql`bigint generated always as identity` : 'integer', (column) =>
      column.primaryKey(),
    );
  for (const column of [...texts, 'digest', 'last_updated'])
    table = table.addColumn(column, textType(dialect), (definition) => definition.notNull());
  await table.execute();
  await sql`create unique index inventory_objects_by_uuid on inventory_objects (kind, uuid)`.execute(db);
  // Order of OC's lists; the project is in it so that a filter by project need not read the documents.
  await sql`create index inventory_objects_by_order on inventory_objects (kind, cluster, server, name, id, project_name)`.execute(
    db,
  );
  await sql`create index inventory_objects_by_id on inventory_objects (kind, id, uuid)`.execute(db);
}

async function createLooks(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await sql`create table inventory_looks (
    cluster ${text} not null, kind ${text} not null, uuid ${text} not null, asked bigint not null,
    primary key (cluster, kind, uuid)
  )`.execute(db);
  await sql`create table inventory_views (
    cluster ${text} not null, kind ${text} not null, seen_at bigint not null, problem ${text} not null,
    primary key (cluster, kind)
  )`.execute(db);
  await sql`create index inventory_objects_by_name on inventory_objects (kind, name, cluster)`.execute(db);
}

/** Kinds that have a status; rows of others are as they must be at once. */
const withStatus = "kind in ('instance', 'network', 'network_peer', 'storage_pool')";
/** What no text of a database can hold makes PostgreSQL fail; no Incus has such a status. */
const readable = String.raw`strpos(object, '\u0000') = 0 and strpos(lower(object), '\ud') = 0`;

async function addStatusAndIndexes(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  await sql`alter table inventory_objects add column status ${textType(dialect)} not null default ''`.execute(db);
  await (dialect === 'postgres'
    ? sql`update inventory_objects set status = object::json ->> 'status'
        where ${sql.raw(withStatus)} and ${sql.raw(readable)} and json_typeof(object::json -> 'status') = 'string'`
    : sql`update inventory_objects set status = json_extract(object, '$.status')
        where ${sql.raw(withStatus)} and json_type(object, '$.status') = 'text'`
  ).execute(db);
  await sql`drop index inventory_objects_by_name`.execute(db);
  // Each ends in the order of lists: a page is found without sorting.
  for (const [column, order] of [
    ['name', 'cluster, server, id'],
    ['status', 'cluster, server, name, id'],
    ['server', 'cluster, name, id'],
    ['project_name', 'cluster, server, name, id'],
    ['parent_name', 'cluster, server, name, id'],
  ] as const)
    await sql`create index ${sql.ref(`inventory_objects_by_${column}`)} on inventory_objects (kind, ${sql.ref(column)}, ${sql.raw(order)})`.execute(
      db,
    );
}

async function createCounters(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await sql`create table inventory_counters (
    kind ${text} not null, cluster ${text} not null, changes bigint not null, primary key (kind, cluster)
  )`.execute(db);
}

/** The history of the inventory's own database: derived data, which a scan fills again (engineering E3). */
export const inventoryMigrations: readonly Migration[] = [
  { name: '0001-objects', up: createObjects },
  { name: '0002-looks-and-views', up: createLooks },
  { name: '0003-status-and-indexes', up: addStatusAndIndexes },
  { name: '0004-history', up: createHistory },
  { name: '0005-counters', up: createCounters },
  { name: '0006-changes', up: createChanges },
  { name: '0007-search', up: createSearch },
  { name: '0008-secrets', up: addSecrets },
  { name: '0009-packed', up: addPacked },
];
