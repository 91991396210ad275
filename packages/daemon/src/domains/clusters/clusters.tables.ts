import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type ClusterTables = {
  clusters: {
    id: string;
    name: string;
    connection_url: string;
    channel: string;
    description: string;
    /** JSON text of a map, or null. */
    properties: string | null;
    post_restore_delay: string;
    restore_mode: string;
    certificate: string;
    fingerprint: string;
    status: 'pending' | 'ready';
    operation: string | null;
    request_digest: string | null;
    last_updated: number;
  };
  /** What was last applied to a cluster, sealed: the request as it came and the plan that was made of it. */
  cluster_inputs: { cluster: string; operation: string; request: string; plan: string; versions: string; at: number };
  /**
   * VXLAN ids of mesh networks. One stays taken when its cluster is forgotten by force: that cluster still runs, and two
   * with one id on one wire would be one network.
   */
  mesh_ids: { id: number; cluster: string };
  /**
   * Ids of the service lvm that are taken: configured on a machine, or allotted to it. They belong to machines, not to
   * rows, and outlive them.
   */
  lvm_ids: {
    machine: string;
    id: number;
    /** The last name the machine had here. */
    server: string;
    /** Id of the cluster whose creation holds it, or null. */
    held_by: string | null;
    changed_at: number;
  };
};

export async function createClusterTables(db: Kysely<ClusterTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('clusters')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull().unique())
    .addColumn('connection_url', text, (column) => column.notNull())
    .addColumn('channel', text, (column) => column.notNull().references('channels.name'))
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('properties', text)
    .addColumn('post_restore_delay', text, (column) => column.notNull())
    .addColumn('restore_mode', text, (column) => column.notNull())
    .addColumn('certificate', text, (column) => column.notNull())
    .addColumn('fingerprint', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('operation', text)
    .addColumn('request_digest', text)
    .addColumn('last_updated', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('cluster_inputs')
    .addColumn('cluster', text, (column) => column.primaryKey().references('clusters.id').onDelete('cascade'))
    .addColumn('operation', text, (column) => column.notNull())
    .addColumn('request', text, (column) => column.notNull())
    .addColumn('plan', text, (column) => column.notNull())
    .addColumn('versions', text, (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('mesh_ids')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('cluster', text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('lvm_ids')
    .addColumn('machine', text, (column) => column.notNull())
    .addColumn('id', 'integer', (column) => column.notNull())
    .addColumn('server', text, (column) => column.notNull())
    .addColumn('held_by', text)
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('lvm_ids_key', ['machine', 'id'])
    .execute();
}
