import type { ClusterTemplate } from '@operations-center/contract';
import type { Api } from '../../api.ts';

/** With recursion the daemon answers objects, never URLs. */
export const listTemplates = async (api: Api): Promise<ClusterTemplate[]> =>
  (await api.ask('cluster_templates_list', { query: { recursion: '1' } })) as ClusterTemplate[];
