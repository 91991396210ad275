import { type InventoryChange, inventoryKindNames } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { flag, readTime, text, wholeNumber } from '../../options.ts';
import { listFormat, showList } from '../../output/list.ts';
import { requireExtension } from '../../require-extension.ts';
import { changeColumns } from './change-columns.ts';
import { followPages } from './follow-pages.ts';
import { readKind } from './read-kind.ts';

const { time, kind, change, name, project, cluster, server, what } = changeColumns;
type Total = { kind: string; change: string; count: number };

export const inventoryDiff = defineCommand({
  path: ['inventory', 'diff'],
  about: 'Show what differs in the inventory between two times',
  detail:
    'Each object that differs, once: first what was there, in the order in which it began to differ, then what is new. What changed and is again as it was is not shown: operations-center inventory history UUID shows each change.',
  examples: [
    'operations-center inventory diff --from 24h',
    'operations-center inventory diff --from 2026-11-22T18:00:00Z --to 2026-11-22T19:00:00Z --cluster wonderful',
    'operations-center inventory diff --from 168h --totals',
  ],
  args: {},
  options: {
    from: text('From then: 24h ago, or a time such as 2026-11-22T18:00:00Z', { placeholder: 'time' }),
    to: text('To then; without it, to now', { placeholder: 'time' }),
    cluster: text('Only of this cluster', { names: 'clusters' }),
    kind: text('Only of this kind', { choices: inventoryKindNames }),
    totals: flag('Only how many, kind by kind'),
    limit: wholeNumber('So many objects at most', 1_000),
    format: listFormat,
  },
  whenEmpty: { none: 'Nothing differs', from: 'Every change of a cluster is seen as it happens.' },
  run: async ({ api, options, terminal }): Promise<readonly InventoryChange[] | readonly Total[]> => {
    await requireExtension(api, 'inventory_history', 'what differs between two times');
    if (options.from === '')
      throw new UsageFailure('--from is missing', 'Say from when on: --from 24h, or --from 2026-11-22T18:00:00Z.');
    const window = {
      from: readTime('--from', options.from),
      to: readTime('--to', options.to) || undefined,
      cluster: options.cluster || undefined,
      kind: options.kind === '' ? undefined : readKind(options.kind),
    };
    if (options.totals) return (await api.ask('inventory_diff_totals', { query: window })).kinds;
    const { limit } = options;
    if (limit < 1) throw new UsageFailure(`--limit is ${limit}`, 'Write how many: 1 or more.');
    let isMore = false;
    const changes = await followPages(limit, async (some, cursor) => {
      const page = await api.ask('inventory_diff', { query: { ...window, limit: some, cursor } });
      isMore = page.cursor !== null;
      return page;
    });
    if (isMore && changes.length >= limit)
      terminal.stderr.write(`the first ${changes.length}; more with --limit, how many with --totals\n`);
    return changes;
  },
  show: (found, { options, terminal }) => {
    const width = terminalWidth(terminal);
    // With --totals these are totals (run).
    if (options.totals) return showList(found as readonly Total[], totalColumns, options.format, width);
    const columns = [time, kind, change, name, project, cluster, server, what];
    return showList(found as readonly InventoryChange[], columns, options.format, width);
  },
});

const totalColumns = [
  { header: 'Kind', value: (total: Total) => total.kind },
  { header: 'Change', value: (total: Total) => total.change },
  { header: 'Count', value: (total: Total) => String(total.count), sorted: false },
];
