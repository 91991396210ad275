import { type InventoryChange, inventoryKindNames } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { required, text, wholeNumber } from '../../options.ts';
import { fieldLines } from '../../output/fields.ts';
import { listFormat, showFormat, showList, showObject } from '../../output/list.ts';
import { showSize } from '../../output/size.ts';
import { showTime } from '../../output/time.ts';
import { requireExtension } from '../../require-extension.ts';
import { changeColumns } from './change-columns.ts';
import { followPages } from './follow-pages.ts';
import { readKind } from './read-kind.ts';

const { time, change, name, cluster, server, what } = changeColumns;

export const inventoryHistory = defineCommand({
  path: ['inventory', 'history'],
  about: 'Show what became of one object, newest first',
  detail:
    'Also under the names it had before. Created means: seen for the first time; recreated: another object under the same name. What is only measured, such as the use of memory, is no change.',
  examples: [
    'operations-center inventory history b78ee1ce-a7eb-52e9-ae36-c55f36ef7d42',
    'operations-center inventory history b78ee1ce-a7eb-52e9-ae36-c55f36ef7d42 --kind instance -f json',
  ],
  args: { uuid: required('Its UUID, from the list') },
  options: {
    kind: text('Which kind is meant, where two have the same names', { choices: inventoryKindNames }),
    limit: wholeNumber('So many at most', 100),
    format: listFormat,
  },
  whenEmpty: {
    none: 'Nothing is known of it any more',
    from: 'How long it is kept says: operations-center inventory usage.',
  },
  run: async ({ api, args, options }): Promise<InventoryChange[]> => {
    await requireExtension(api, 'inventory_history', 'what became of an object');
    const kind = options.kind === '' ? undefined : readKind(options.kind);
    return followPages(options.limit, (limit, cursor) =>
      api.ask('inventory_history_show', { params: { uuid: args.uuid }, query: { kind, limit, cursor } }),
    );
  },
  show: (changes, { options, terminal }) =>
    showList(changes, [time, change, name, cluster, server, what], options.format, terminalWidth(terminal)),
});

export const inventoryUsage = defineCommand({
  path: ['inventory', 'usage'],
  about: 'Show since when it is known how the inventory was, and how much space that needs',
  detail:
    'How much is kept is set with inventory_kept_days and inventory_kept_mib: operations-center system settings edit.',
  examples: ['operations-center inventory usage', 'operations-center inventory usage -f json'],
  args: {},
  options: { format: showFormat },
  run: async ({ api }) => {
    await requireExtension(api, 'inventory_history', 'how its inventory was before');
    return await api.ask('inventory_history_usage', {});
  },
  show: (usage, { options }) =>
    showObject(usage, options.format, () =>
      fieldLines([
        ['Kept Since', showTime(usage.kept_since)],
        ['Kept For', `${usage.days} days`],
        ['Versions', String(usage.versions)],
        ['Space', `${showSize(usage.bytes)} of ${showSize(usage.bytes_allowed)}`],
      ]),
    ),
});
