import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type ArtifactTables = {
  /** Files that were made together with a cluster; they go with it. None holds a secret. */
  cluster_artifacts: { cluster: string; name: string; description: string; at: number };
  cluster_artifact_files: {
    cluster: string;
    artifact: string;
    name: string;
    mime_type: string;
    size_bytes: number;
    content: string;
  };
};

export async function createArtifactTables(db: Kysely<ArtifactTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('cluster_artifacts')
    .addColumn('cluster', text, (column) => column.notNull().references('clusters.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('cluster_artifacts_key', ['cluster', 'name'])
    .execute();
  await db.schema
    .createTable('cluster_artifact_files')
    .addColumn('cluster', text, (column) => column.notNull().references('clusters.id').onDelete('cascade'))
    .addColumn('artifact', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('mime_type', text, (column) => column.notNull())
    .addColumn('size_bytes', 'integer', (column) => column.notNull())
    .addColumn('content', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('cluster_artifact_files_key', ['cluster', 'artifact', 'name'])
    .execute();
}
