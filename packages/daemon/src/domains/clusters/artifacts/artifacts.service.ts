import { Fault } from '@operations-center/contract';
import { makeZip } from '../../../platform/zip.ts';
import type { MainDatabase } from '../../../schema.ts';
import { hasCluster } from '../clusters.store.ts';
import { goQuote } from '../connection-url.rules.ts';
import { type StoredArtifact, TERRAFORM } from './artifact.ts';
import { type ListedArtifact, listArtifacts, readFiles, type StoredFile } from './artifacts.store.ts';

export type ArtifactService = {
  /** Those of an unknown cluster are none. */
  list(cluster: string): Promise<StoredArtifact[]>;
  load(cluster: string, artifact: string): Promise<StoredArtifact>;
  file(cluster: string, artifact: string, name: string): Promise<StoredFile>;
  /** All files of an artifact, as a zip archive. */
  archive(cluster: string, artifact: string): Promise<Buffer>;
};

export function makeArtifactService({ database }: { database: MainDatabase }): ArtifactService {
  async function load(cluster: string, artifact: string): Promise<StoredArtifact> {
    const [found] = (await listArtifacts(database.read, cluster, artifact)).filter(isThere);
    if (found !== undefined) return found;
    // One text for both, as OC has it; the code says which is missing.
    if (!(await hasCluster(database.read, cluster)))
      throw new Fault('cluster_not_found', 'Not found', { details: { cluster } });
    throw new Fault('artifact_not_found', 'Not found', { details: { cluster, artifact } });
  }

  return {
    list: async (cluster) => (await listArtifacts(database.read, cluster)).filter(isThere),
    load,
    async file(cluster, artifact, name) {
      await load(cluster, artifact);
      const [found] = await readFiles(database.read, cluster, artifact, name);
      if (found !== undefined) return found;
      const told = `Not Found: File ${goQuote(name)} not found in artifact ${goQuote(artifact)}`;
      throw new Fault('artifact_file_not_found', told, { details: { cluster, artifact, file: name } });
    },
    async archive(cluster, artifact) {
      await load(cluster, artifact);
      const files = await readFiles(database.read, cluster, artifact);
      return makeZip(files.map(({ name, content }) => ({ name, bytes: Buffer.from(content) })));
    },
  };
}

/** A configuration that says how the cluster stands is there once it does. */
const isThere = ({ name, status }: ListedArtifact): boolean => name !== TERRAFORM || status === 'ready';
