import type { InventoryChange } from '@operations-center/contract';
import type { Column } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';

const plain = (header: string, value: (change: InventoryChange) => string): Column<InventoryChange> => ({
  header,
  value,
  sorted: false,
});

export const changeColumns = {
  time: plain('Time', ({ at }) => showTime(at)),
  kind: plain('Kind', ({ kind }) => kind),
  change: plain('Change', ({ change }) => change),
  name: plain('Name', nameText),
  project: plain('Project', (change) => change.project_name),
  cluster: plain('Cluster', ({ cluster, before }) => arrow(before?.cluster, cluster)),
  server: plain('Server', ({ server, before }) => arrow(before?.server, server)),
  what: { ...plain('What', whatText), free: true },
};

/** What stands below a network or in a pool says so; a volume says of which type it is. */
function nameText({ before, ...change }: InventoryChange): string {
  const text = ({ parent_name, type, name }: Pick<InventoryChange, 'parent_name' | 'type' | 'name'>): string =>
    [parent_name, type, name].filter((part) => part !== '').join('/');
  return arrow(before === null ? undefined : text(before), text(change));
}

const arrow = (before: string | undefined, now: string): string =>
  before === undefined || before === now ? now : `${before} → ${now}`;

function whatText({ fields, more }: InventoryChange): string {
  const told = fields.map(({ path, from, to }) => {
    if (from === undefined) return `+ ${path}: ${valueText(to)}`;
    return to === undefined ? `- ${path}` : `${path}: ${valueText(from)} → ${valueText(to)}`;
  });
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
