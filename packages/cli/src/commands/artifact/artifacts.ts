import type { Artifact } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { explainBroken, explainFault } from '../../failures/fault.ts';
import { required } from '../../options.ts';

export const clusterName = required('The cluster', { names: 'clusters' });
export const artifactName = required('The artifact', { names: 'artifacts' });

/** With recursion the daemon answers objects, never URLs. */
export const listArtifacts = async (api: Api, cluster: string): Promise<Artifact[]> =>
  (await api.ask('artifacts_list', { params: { clusterName: cluster }, query: { recursion: '1' } })) as Artifact[];

export const loadArtifact = (api: Api, cluster: string, artifact: string): Promise<Artifact> =>
  api.ask('artifact_show', { params: { clusterName: cluster, artifactName: artifact } });

const urlOf = (...names: readonly string[]): string => {
  const [cluster = '', artifact = '', ...file] = names.map(encodeURIComponent);
  return ['/1.0/provisioning/clusters', cluster, 'artifacts', artifact, ...file].join('/');
};

export const downloadFile = (api: Api, cluster: string, artifact: string, file: string): Promise<Buffer> =>
  download(api, urlOf(cluster, artifact, file));

export const downloadArchive = (api: Api, cluster: string, artifact: string): Promise<Buffer> =>
  download(api, `${urlOf(cluster, artifact)}?archive=zip`);

/** The bytes of an answer that is a file; anything else is a refusal, and told as one. */
async function download(api: Api, path: string): Promise<Buffer> {
  const reply = await api.send({ method: 'GET', path, headers: {}, body: undefined });
  if (reply.status === 200 && reply.headers['content-disposition'] !== undefined) return reply.bytes;
  const { readReply } = await import('@operations-center/contract');
  const read = readReply(reply);
  throw read.kind === 'fault' ? explainFault(read) : explainBroken({ ...reply, kind: 'broken' });
}
