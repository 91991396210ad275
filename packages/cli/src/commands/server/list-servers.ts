import type { ServerAnswer } from '@operations-center/contract';
import type { Api } from '../../api.ts';

type ServerQuery = { cluster?: string | undefined; status?: string | undefined; filter?: string | undefined };

/** With recursion the daemon answers objects, never URLs. */
export const listServers = async (api: Api, query: ServerQuery = {}): Promise<ServerAnswer[]> =>
  (await api.ask('servers_list', { query: { recursion: '1', ...query } })) as ServerAnswer[];
