import type { InventoryFreshness } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { text } from '../../options.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showInventoryTime } from '../../output/time.ts';
import { requireExtension } from '../../require-extension.ts';

const timeCell = (time: string | null, never: string): string => (time === null ? never : showInventoryTime(time));

const columns: readonly Column<InventoryFreshness>[] = [
  { header: 'Cluster', value: ({ cluster }) => cluster },
  { header: 'State', value: ({ live }) => (live ? 'live' : 'stale'), sorted: false },
  { header: 'Seen', value: ({ seen_at }) => timeCell(seen_at, 'never'), sorted: false },
  { header: 'Through', value: ({ member }) => member, sorted: false },
  { header: 'Pending', value: ({ pending }) => String(pending), sorted: false },
  { header: 'Next Try', value: ({ next_try }) => timeCell(next_try, ''), sorted: false },
  { header: 'Reason', value: ({ reason }) => reason, sorted: false, free: true },
];

export const inventoryFreshness = defineCommand({
  path: ['inventory', 'freshness'],
  about: 'Show how fresh the inventory of each cluster is',
  detail:
    'A live cluster tells what changes in it through one of its members. Of a stale one the inventory shows what was there when it was last seen. With -f json or yaml: also kind by kind.',
  examples: [
    'operations-center inventory freshness',
    'operations-center inventory freshness --cluster wonderful -f yaml',
  ],
  args: {},
  options: { cluster: text('Only of this cluster', { names: 'clusters' }), format: listFormat },
  whenEmpty: { none: 'There is no cluster', from: 'One is made by: operations-center provisioning cluster add.' },
  run: async ({ api, options }) => {
    await requireExtension(api, 'inventory_freshness', 'how fresh its inventory is');
    return await api.ask('inventory_freshness', { query: { cluster: options.cluster || undefined } });
  },
  show: (clusters, { options, terminal }) => showList(clusters, columns, options.format, terminalWidth(terminal)),
});
