import type { Db, Tx } from '../../schema.ts';
import type { ClusterWish, StoredCluster } from './cluster.ts';
import type { ClusterTables } from './clusters.tables.ts';

type Row = ClusterTables['clusters'];

const toCluster = (row: Row): StoredCluster => ({
  id: row.id,
  name: row.name,
  connection_url: row.connection_url,
  channel: row.channel,
  description: row.description,
  properties: row.properties === null ? null : (JSON.parse(row.properties) as Record<string, string>), // written below
  config: { rolling_restart: { post_restore_delay: row.post_restore_delay, restore_mode: row.restore_mode } },
  certificate: row.certificate,
  fingerprint: row.fingerprint,
  status: row.status,
  operation: row.operation,
  request_digest: row.request_digest,
  last_updated: row.last_updated,
});

const toColumns = (wish: ClusterWish) => ({
  connection_url: wish.connection_url,
  channel: wish.channel,
  description: wish.description,
  properties: wish.properties === null ? null : JSON.stringify(wish.properties),
  post_restore_delay: wish.config.rolling_restart.post_restore_delay,
  restore_mode: wish.config.rolling_restart.restore_mode,
});

export const listClusters = async (db: Db): Promise<StoredCluster[]> =>
  (await db.selectFrom('clusters').selectAll().orderBy('name').execute()).map(toCluster);

export async function findCluster(db: Db, name: string): Promise<StoredCluster | undefined> {
  const row = await db.selectFrom('clusters').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : toCluster(row);
}

export const hasCluster = async (db: Db, name: string): Promise<boolean> =>
  (await db.selectFrom('clusters').select('id').where('name', '=', name).executeTakeFirst()) !== undefined;

export type NewCluster = ClusterWish & {
  id: string;
  name: string;
  request_digest: string;
  nowMs: number;
};

/** Takes the name: a cluster that is being made. */
export async function insertPendingCluster(tx: Tx, cluster: NewCluster): Promise<void> {
  const { id, name, request_digest, nowMs } = cluster;
  const fresh = { certificate: '', fingerprint: '', status: 'pending', operation: null, last_updated: nowMs } as const;
  await tx
    .insertInto('clusters')
    .values({ id, name, request_digest, ...toColumns(cluster), ...fresh })
    .execute();
}

export const setClusterOperation = (tx: Tx, id: string, operation: string): Promise<unknown> =>
  tx.updateTable('clusters').set({ operation }).where('id', '=', id).execute();

export const updateCluster = (tx: Tx, name: string, wish: ClusterWish, nowMs: number): Promise<unknown> =>
  tx
    .updateTable('clusters')
    .set({ ...toColumns(wish), last_updated: nowMs })
    .where('name', '=', name)
    .execute();

export const renameClusterRow = (tx: Tx, from: string, to: string, nowMs: number): Promise<unknown> =>
  tx.updateTable('clusters').set({ name: to, last_updated: nowMs }).where('name', '=', from).execute();

export const setClusterCertificate = (
  tx: Tx,
  name: string,
  certificate: { certificate: string; fingerprint: string },
): Promise<unknown> => tx.updateTable('clusters').set(certificate).where('name', '=', name).execute();

export const setClusterReady = async (tx: Tx, name: string, nowMs: number): Promise<string | undefined> =>
  (
    await tx
      .updateTable('clusters')
      .set({ status: 'ready', last_updated: nowMs })
      .where('name', '=', name)
      .returning('id')
      .executeTakeFirst()
  )?.id;

/** The id of what was removed, or undefined. */
export const deleteCluster = async (tx: Tx, name: string): Promise<string | undefined> =>
  (await tx.deleteFrom('clusters').where('name', '=', name).returning('id').executeTakeFirst())?.id;

export const listMeshIds = async (db: Db): Promise<number[]> =>
  (await db.selectFrom('mesh_ids').select('id').execute()).map(({ id }) => id);

export const insertMeshId = (tx: Tx, id: number, cluster: string): Promise<unknown> =>
  tx.insertInto('mesh_ids').values({ id, cluster }).execute();

/** The mesh of a cluster is gone with it. */
export const deleteMeshId = (tx: Tx, cluster: string): Promise<unknown> =>
  tx.deleteFrom('mesh_ids').where('cluster', '=', cluster).execute();

export type ClusterInputs = ClusterTables['cluster_inputs'];

export const insertInputs = (tx: Tx, inputs: ClusterInputs): Promise<unknown> =>
  tx.insertInto('cluster_inputs').values(inputs).execute();
