import type { FilterExplained, InventoryKind } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import type { ListKind } from '../../output/list.ts';
import { writeYaml } from '../../output/yaml.ts';
import { requireExtension } from '../../require-extension.ts';

type Query = Record<'cluster' | 'server' | 'project' | 'filter', string | undefined>;

export async function explainFilter(api: Api, kind: InventoryKind, given: Query): Promise<FilterExplained> {
  await requireExtension(api, 'inventory_pages', 'how a filter is worked out');
  const { cluster, server, project, filter } = given;
  return api.ask('inventory_explain', { query: { kind, cluster, server, project, filter } });
}

const byWhom = {
  index: 'found by an index',
  database: 'compared by the database, object by object',
  daemon: 'worked out by the daemon, object by object',
} as const;

export function showExplained(explained: FilterExplained, format: ListKind): string {
  if (format === 'json') return `${JSON.stringify(explained)}\n`;
  if (format === 'yaml') return writeYaml(explained, 4);
  const { parts, objects, looked_at } = explained;
  const widest = Math.max(0, ...parts.map(({ part }) => part.length));
  const lines = parts.map(({ part, by }) => `${part.padEnd(widest)}   ${byWhom[by]}\n`);
  return `${lines.join('')}${looked_at} of ${objects} objects are looked at\n`;
}
