import type { Cluster } from '@operations-center/contract';
import type { Api } from '../../api.ts';

/** With recursion the daemon answers objects, never URLs. */
export const listClusters = async (api: Api, filter?: string): Promise<Cluster[]> =>
  (await api.ask('clusters_list', { query: { recursion: '1', filter } })) as Cluster[];
