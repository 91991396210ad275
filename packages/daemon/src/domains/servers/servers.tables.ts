import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';
import type { ServerStatus, ServerStatusDetail } from './server.ts';

export type ServerTables = {
  /** What is asked often and changes often; small, because SQLite rewrites a row whole. */
  servers: {
    name: string;
    connection_url: string;
    public_connection_url: string;
    channel: string;
    description: string;
    /** JSON object of strings, or null: never set. */
    properties: string | null;
    /** JSON, the password in it sealed. */
    bmc_config: string;
    /** PEM; null as long as the server has only been pre-registered. */
    certificate: string | null;
    fingerprint: string | null;
    cluster: string | null;
    forming_cluster: string | null;
    cluster_fingerprint: string | null;
    server_type: string;
    status: ServerStatus;
    status_detail: ServerStatusDetail;
    /** `certificate_changed: …`; empty while all is well. */
    status_reason: string;
    status_changed_at: number;
    machine_id: string | null;
    system_uuid: string | null;
    /** What it claimed at its registration while that was `conflicts_with`'s. */
    claimed_machine_id: string | null;
    claimed_system_uuid: string | null;
    conflicts_with: string | null;
    /** Until then a registration with these ids may take its place. */
    reinstall_expected_until: number;
    /** 1: os_data says that the machine's state is trusted. */
    is_trusted: number;
    registered_at: number;
    last_updated: number;
    last_seen: number;
    /** When a look found nobody; 0 never. Saved as seldom as `last_seen`. */
    last_missed: number;
    /** Counts up with everything that its JSON shows, times and status apart. */
    revision: number;
  };
  /** What full polls read. Verbatim JSON text, secrets sealed (engineering E2). */
  server_documents: {
    name: string;
    /** Keyed digest over the three documents as they were read: equal means nothing to write. */
    digest: string;
    polled_at: number;
    hardware_data: string;
    os_data: string;
    version_data: string;
  };
};

export async function createServerTables(db: Kysely<ServerTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('servers')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('connection_url', text, (column) => column.notNull())
    .addColumn('public_connection_url', text, (column) => column.notNull())
    .addColumn('channel', text, (column) => column.notNull().references('channels.name'))
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('properties', text)
    .addColumn('bmc_config', text, (column) => column.notNull())
    .addColumn('certificate', text)
    .addColumn('fingerprint', text, (column) => column.unique())
    .addColumn('cluster', text)
    .addColumn('forming_cluster', text)
    .addColumn('cluster_fingerprint', text)
    .addColumn('server_type', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('status_detail', text, (column) => column.notNull())
    .addColumn('status_reason', text, (column) => column.notNull())
    .addColumn('status_changed_at', 'bigint', (column) => column.notNull())
    .addColumn('machine_id', text, (column) => column.unique())
    .addColumn('system_uuid', text, (column) => column.unique())
    .addColumn('claimed_machine_id', text)
    .addColumn('claimed_system_uuid', text)
    .addColumn('conflicts_with', text)
    .addColumn('reinstall_expected_until', 'bigint', (column) => column.notNull())
    .addColumn('is_trusted', 'integer', (column) => column.notNull())
    .addColumn('registered_at', 'bigint', (column) => column.notNull())
    .addColumn('last_updated', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('servers_cluster').on('servers').column('cluster').execute();
  await db.schema
    .createTable('server_documents')
    .addColumn('name', text, (column) =>
      column.primaryKey().references('servers.name').onUpdate('cascade').onDelete('cascade'),
    )
    // Before the long ones: whoever asks for these two does not have to read past those.
    .addColumn('digest', text, (column) => column.notNull())
    .addColumn('polled_at', 'bigint', (column) => column.notNull())
    .addColumn('hardware_data', text, (column) => column.notNull())
    .addColumn('os_data', text, (column) => column.notNull())
    .addColumn('version_data', text, (column) => column.notNull())
    .execute();
}

/** Other daemons on the database look at a part of the servers: what they found counts here, too. */
export const addLastMissed = (db: Kysely<ServerTables>): Promise<void> =>
  db.schema
    .alterTable('servers')
    .addColumn('last_missed', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
