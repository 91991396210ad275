import { type InventoryFacets, type InventoryHit, inventoryKindNames } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { required, text, wholeNumber } from '../../options.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { requireExtension } from '../../require-extension.ts';
import { askAsOf, asOfOption } from './as-of.ts';
import { readKind } from './read-kind.ts';

const only = {
  kind: text('Only of this kind', { choices: inventoryKindNames }),
  cluster: text('Only of this cluster', { names: 'clusters' }),
  project: text('Only of this project'),
};
const plain = (header: string, value: (hit: InventoryHit) => string): Column<InventoryHit> => ({
  ...{ header, value, sorted: false },
});
const columns: readonly Column<InventoryHit>[] = [
  plain('Kind', ({ kind }) => kind),
  plain('Name', ({ parent_name, type, name }) => [parent_name, type, name].filter((part) => part !== '').join('/')),
  plain('Project', (hit) => hit.project_name),
  plain('Cluster', ({ cluster }) => cluster),
  plain('Server', ({ server }) => server),
  { ...plain('Where', whereText), free: true },
  plain('UUID', ({ uuid }) => uuid),
];

function whereText({ matches, name }: InventoryHit): string {
  return matches
    .filter(({ path, value }) => path !== 'name' || value !== name)
    .map(({ path, value }) => `${path}: ${value}`)
    .join('; ');
}

export const inventorySearch = defineCommand({
  path: ['inventory', 'search'],
  about: 'Find objects of all kinds: who has this address?',
  detail:
    'Looks at names, descriptions, configuration, addresses and MACs; never at secrets. Each word must be the beginning of one that the object has. The best come first.',
  examples: [
    'operations-center inventory search 10.10.20.17',
    'operations-center inventory search 00:16:3e',
    'operations-center inventory search "web eu" --kind instance',
    'operations-center inventory search 10.10.20.17 --as-of 24h',
  ],
  args: { text: required('What is looked for') },
  options: { ...only, limit: wholeNumber('So many at most', 50), 'as-of': asOfOption, format: listFormat },
  whenEmpty: { none: 'Nothing has these words', from: 'Words are found by how they begin: try a shorter one.' },
  run: async ({ api, args, options, terminal }): Promise<readonly InventoryHit[]> => {
    await requireExtension(api, 'inventory_search', 'how to search its inventory');
    const query = { ...readOnly(options), limit: String(options.limit), ...(await askAsOf(api, options['as-of'])) };
    const { found, more } = await api.ask('inventory_search', { query: { q: args.text, ...query } });
    if (more) terminal.stderr.write(`the best ${found.length}; more with --limit, or with another word\n`);
    return found;
  },
  show: (hits, { options, terminal }) => showList(hits, columns, options.format, terminalWidth(terminal)),
});

type Count = { facet: string; value: string; count: number };

export const inventoryCount = defineCommand({
  path: ['inventory', 'count'],
  about: 'Count objects by kind, cluster, project and status',
  examples: [
    'operations-center inventory count',
    'operations-center inventory count --kind instance --cluster wonderful',
  ],
  args: {},
  options: { ...only, format: listFormat },
  whenEmpty: {
    none: 'The inventory is empty',
    from: 'It is read from the clusters: operations-center provisioning cluster list.',
  },
  run: async ({ api, options }): Promise<readonly Count[]> => {
    await requireExtension(api, 'inventory_search', 'how to count its inventory');
    return countsOf(await api.ask('inventory_facets', { query: readOnly(options) }));
  },
  show: (counts, { options, terminal }) => showList(counts, countColumns, options.format, terminalWidth(terminal)),
});

const countsOf = ({ kinds, clusters, projects, statuses }: InventoryFacets): Count[] =>
  Object.entries({ kind: kinds, cluster: clusters, project: projects, status: statuses }).flatMap(([facet, values]) =>
    values.map(({ value, count }) => ({ facet, value, count })),
  );

const countColumns: readonly Column<Count>[] = [
  { header: 'By', value: ({ facet }) => facet, sorted: false },
  { header: 'Value', value: ({ value }) => value, sorted: false },
  { header: 'Count', value: ({ count }) => String(count), sorted: false },
];

const readOnly = ({ kind, cluster, project }: { kind: string; cluster: string; project: string }) => ({
  kind: kind === '' ? undefined : readKind(kind),
  cluster: cluster || undefined,
  project: project || undefined,
});
