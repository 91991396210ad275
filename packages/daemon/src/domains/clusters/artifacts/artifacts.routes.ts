import { Fault } from '@operations-center/contract';
import { type Handler, handle, ok, okFile, okJson, okList } from '../../../platform/http/answer.ts';
import { clusterUrl } from '../cluster.ts';
import { goQuote } from '../connection-url.rules.ts';
import { artifactJson } from './artifact.ts';
import type { ArtifactService } from './artifacts.service.ts';

export const artifactHandlers = (artifacts: ArtifactService): Handler[] => [
  handle('artifacts_list', async ({ params, query }) => {
    const found = await artifacts.list(params.clusterName);
    if (query.recursion) return okList(found.map(artifactJson));
    return ok(found.map(({ name }) => `${clusterUrl(params.clusterName)}/artifacts/${name}`));
  }),
  handle('artifact_show', async ({ params, query }) => {
    const { clusterName, artifactName } = params;
    const { archive = '' } = query;
    if (archive === '') return okJson(artifactJson(await artifacts.load(clusterName, artifactName)));
    if (archive !== 'zip') throw unsupported(archive);
    const bytes = await artifacts.archive(clusterName, artifactName);
    return okFile({ name: `${clusterName}-${artifactName}.zip`, type: 'application/zip', bytes });
  }),
  handle('artifact_file', async ({ params }) => {
    const { clusterName, artifactName, filename } = params;
    const { name, mime_type, content } = await artifacts.file(clusterName, artifactName, filename);
    return okFile({ name, type: mime_type, bytes: Buffer.from(content) });
  }),
];

const unsupported = (archive: string): Fault =>
  new Fault('archive_unsupported', `Bad Request: Archive type ${goQuote(archive)} not supported`);
