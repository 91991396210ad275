import type { Db, Tx } from '../../../schema.ts';
import { mimeTypeOf, type NewArtifact, type StoredArtifact } from './artifact.ts';

/** `status` is that of the cluster. */
export type ListedArtifact = StoredArtifact & { status: 'pending' | 'ready' };

/** Keeps artifacts of a cluster; one of the same name is replaced whole. */
export async function saveArtifacts(
  tx: Tx,
  cluster: string,
  artifacts: readonly NewArtifact[],
  at: number,
): Promise<void> {
  for (const { name, description, files } of artifacts) {
    await tx
      .insertInto('cluster_artifacts')
      .values({ cluster, name, description, at })
      .onConflict((conflict) => conflict.columns(['cluster', 'name']).doUpdateSet({ description, at }))
      .execute();
    await tx.deleteFrom('cluster_artifact_files').where('cluster', '=', cluster).where('artifact', '=', name).execute();
    for (const { name: file, content } of files) {
      const known = { mime_type: mimeTypeOf(file, content), size_bytes: Buffer.byteLength(content), content };
      await tx
        .insertInto('cluster_artifact_files')
        .values({ cluster, artifact: name, name: file, ...known })
        .execute();
    }
  }
}

/** All of a cluster, or the one of this name. */
export async function listArtifacts(db: Db, cluster: string, name?: string): Promise<ListedArtifact[]> {
  const rows = await db
    .selectFrom('cluster_artifacts')
    .innerJoin('clusters', 'clusters.id', 'cluster_artifacts.cluster')
    .select(['cluster_artifacts.name', 'cluster_artifacts.description', 'cluster_artifacts.at', 'clusters.status'])
    .where('clusters.name', '=', cluster)
    .$if(name !== undefined, (query) => query.where('cluster_artifacts.name', '=', name ?? ''))
    .orderBy('cluster_artifacts.name')
    .execute();
  const files = await filesOf(db, cluster, name).select(['artifact', 'file.name', 'mime_type', 'size_bytes']).execute();
  return rows.map((row) => ({
    ...row,
    cluster,
    files: files.filter(({ artifact }) => artifact === row.name),
  }));
}

export type StoredFile = { name: string; mime_type: string; content: string };

/** The files of one artifact with their content, or the one of this name. */
export const readFiles = (db: Db, cluster: string, artifact: string, name?: string): Promise<StoredFile[]> =>
  filesOf(db, cluster, artifact)
    .select(['file.name', 'mime_type', 'content'])
    .$if(name !== undefined, (query) => query.where('file.name', '=', name ?? ''))
    .execute();

const filesOf = (db: Db, cluster: string, artifact: string | undefined) =>
  db
    .selectFrom('cluster_artifact_files as file')
    .innerJoin('clusters', 'clusters.id', 'file.cluster')
    .where('clusters.name', '=', cluster)
    .$if(artifact !== undefined, (query) => query.where('artifact', '=', artifact ?? ''))
    .orderBy('file.name');
