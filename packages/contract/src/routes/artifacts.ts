import { z } from 'zod';
import { route } from '../route.ts';
import { recursion, urls } from '../wire.ts';

const path = '/1.0/provisioning/clusters/{clusterName}/artifacts';

export const artifactFile = z.object({
  name: z.string(),
  mime_type: z.string(),
  size: z.number().int().describe('Bytes'),
});

/** Files that were made together with a cluster, for people and for other tools. */
export const artifact = z.object({
  cluster: z.string(),
  name: z.string(),
  description: z.string(),
  properties: z.record(z.string(), z.string()).nullable(),
  files: z.array(artifactFile),
  last_updated: z.string(),
});
export type Artifact = z.output<typeof artifact>;

export const artifactRoutes = {
  artifacts_list: route({
    name: 'artifacts_list',
    method: 'GET',
    path,
    about: 'List the artifacts of a cluster; of an unknown cluster there are none',
    access: 'can_view',
    query: z.object({ recursion }),
    answer: z.union([urls, z.array(artifact)]),
    success: 200,
    faults: [],
  }),
  artifact_show: route({
    name: 'artifact_show',
    method: 'GET',
    path: `${path}/{artifactName}`,
    about: 'Show an artifact, or with archive=zip all its files as one',
    access: 'can_view',
    query: z.object({ archive: z.string().optional().describe('zip') }),
    answer: artifact,
    files: ['application/zip'],
    success: 200,
    faults: ['cluster_not_found', 'artifact_not_found', 'archive_unsupported'],
  }),
  artifact_file: route({
    name: 'artifact_file',
    method: 'GET',
    path: `${path}/{artifactName}/{filename}`,
    about: 'One file of an artifact, as it is',
    access: 'can_view',
    answer: z.string(),
    files: ['*/*'],
    success: 200,
    faults: ['cluster_not_found', 'artifact_not_found', 'artifact_file_not_found'],
  }),
};
