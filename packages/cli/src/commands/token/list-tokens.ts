import type { Token } from '@operations-center/contract';
import type { Api } from '../../api.ts';

/** With recursion the daemon answers objects, never URLs. */
export const listTokens = async (api: Api): Promise<Token[]> =>
  (await api.ask('tokens_list', { query: { recursion: '1' } })) as Token[];
