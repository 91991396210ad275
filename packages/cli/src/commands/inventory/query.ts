import { inventoryKindNames } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { flag, list, text } from '../../options.ts';
import { writeYaml } from '../../output/yaml.ts';
import { askAsOf, asOfOption } from './as-of.ts';
import { readKind } from './read-kind.ts';
import { requireKind } from './require-kind.ts';
import { resourceTree } from './resource-tree.ts';

const templates = [':resource_tree', ':cluster_names'] as const;

export const inventoryQuery = defineCommand({
  path: ['inventory', 'query'],
  about: 'Show what the clusters hold, as a tree',
  detail:
    'Everything of all clusters is long, so what is wanted must be said, or --no-filter. Names may be given several times or with commas.',
  examples: [
    'operations-center inventory query --kind instance,network --cluster wonderful',
    `operations-center inventory query --filter 'name contains "web"'`,
    'operations-center inventory query --project blue --project-include-empty -f yaml',
    'operations-center inventory query --no-filter',
  ],
  args: {},
  options: {
    kind: list('Only these kinds', { choices: inventoryKindNames }),
    cluster: list('Only of these clusters', { names: 'clusters' }),
    server: list('Only on these servers', { names: 'servers' }),
    'server-include-empty': flag('With --server: also what is on no server'),
    project: list('Only of these projects'),
    'project-include-empty': flag('With --project: also what has no project'),
    parent: list('Only of these networks or storage pools'),
    'parent-include-empty': flag('With --parent: also what belongs to none'),
    filter: text('Only what this expression is true of', { placeholder: 'expression' }),
    'no-filter': flag('Everything of all clusters'),
    'as-of': asOfOption,
    template: text('How it is shown', {
      choices: templates,
      initial: ':resource_tree',
      placeholder: 'template',
      otherwise: 'Files with Go templates are not run: shape the output of -f json with jq or a script of your own.',
    }),
    format: text('In place of a template', { short: 'f', choices: ['json', 'yaml'], placeholder: 'format' }),
  },
  run: async ({ api, options }) => {
    const kinds = options.kind.map(readKind);
    for (const kind of kinds) await requireKind(api, kind);
    const given = (values: readonly string[]) => (values.length === 0 ? undefined : values);
    const said = (isSaid: boolean) => (isSaid ? 'true' : undefined);
    const query = {
      kind: given(kinds),
      cluster: given(options.cluster),
      server: given(options.server),
      project: given(options.project),
      parent: given(options.parent),
      filter: options.filter || undefined,
    };
    const isNarrow = Object.values(query).some((value) => value !== undefined);
    if (!isNarrow && !options['no-filter'])
      throw new UsageFailure(
        'nothing says what is wanted, and everything of all clusters may be very much',
        'Narrow it with --kind, --cluster, --server, --project, --parent or --filter; or add --no-filter.',
      );
    return await api.ask('inventory_query', {
      query: {
        ...query,
        ...(await askAsOf(api, options['as-of'])),
        server_include_null: said(options['server-include-empty']),
        project_include_null: said(options['project-include-empty']),
        parent_include_null: said(options['parent-include-empty']),
      },
    });
  },
  show: (clusters, { options }) => {
    if (options.format === 'json') return `${JSON.stringify(clusters)}\n`;
    if (options.format === 'yaml') return writeYaml(clusters, 4);
    if (options.template === ':cluster_names') return clusters.map(({ cluster }) => `${cluster}\n`).join('');
    return resourceTree(clusters);
  },
});
