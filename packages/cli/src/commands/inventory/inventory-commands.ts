import {
  type FilterExplained,
  factsOf,
  type InventoryColumn,
  type InventoryItem,
  type InventoryKind,
  inventoryKindNames,
} from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { type Command, defineCommand } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { flag, required, text, wholeNumber } from '../../options.ts';
import { fieldLines } from '../../output/fields.ts';
import { goTemplateOf, templateColumns } from '../../output/go-template.ts';
import { type Column, listFormat, showFormat, showList, showObject } from '../../output/list.ts';
import { cellText, readPath } from '../../output/path.ts';
import { showInventoryTime } from '../../output/time.ts';
import { askAsOf, asOfOption } from './as-of.ts';
import { completeNulls } from './complete-nulls.ts';
import { inventoryDiff } from './diff.ts';
import { explainFilter, showExplained } from './explain.ts';
import { inventoryFreshness } from './freshness.ts';
import { inventoryHistory, inventoryUsage } from './history.ts';
import { askPages } from './list-pages.ts';
import { inventoryQuery } from './query.ts';
import { requireKind } from './require-kind.ts';
import { inventoryCount, inventorySearch } from './search.ts';
import { staleNotes } from './stale-note.ts';
import { watchList } from './watch.ts';

/** Two commands per kind, all from the one table of kinds, and those of the inventory as a whole. */
export const inventoryCommands: readonly Command[] = [
  inventoryFreshness,
  inventoryQuery,
  inventorySearch,
  inventoryCount,
  inventoryHistory,
  inventoryUsage,
  inventoryDiff,
  ...inventoryKindNames.flatMap((kind) => [listOf(kind), showOf(kind)]),
];

function listOf(kind: InventoryKind): Command {
  const { noun, plural, segment, project, server, columns } = factsOf(kind);
  const word = kind.replaceAll('_', '-');
  return defineCommand({
    path: ['inventory', word, 'list'],
    about: `List the ${plural} of all clusters`,
    examples: [
      `operations-center inventory ${word} list`,
      `operations-center inventory ${word} list --cluster wonderful -f json`,
      `operations-center inventory ${word} list --filter 'name startsWith "web"'`,
      `operations-center inventory ${word} list --watch`,
      `operations-center inventory ${word} list -c '{{ .Name }},{{ .Cluster }}'`,
    ],
    args: {},
    options: {
      cluster: text('Only of this cluster', { names: 'clusters' }),
      ...(project === 'none' ? {} : { project: text('Only of this project') }),
      ...(server === 'none' ? {} : { server: text('Only on this server', { names: 'servers' }) }),
      filter: text('Only those for which this expression is true', { placeholder: 'expression' }),
      'as-of': asOfOption,
      sort: text('In place of cluster, server, name: name, status, project …; -name goes down', {
        placeholder: 'field',
      }),
      limit: wholeNumber('So many at most; 0: all', 0),
      watch: flag('Show the list, then what changes in it, until Ctrl-C'),
      explain: flag('Show how the filter is worked out, in place of the list'),
      columns: text('Columns, as Go templates with commas between', {
        short: 'c',
        placeholder: 'templates',
        initial: columns.map(goTemplateOf).join(','),
      }),
      format: listFormat,
    },
    whenEmpty: {
      none: `There is no ${noun} in the inventory`,
      from: 'It is read from the clusters: operations-center provisioning cluster list.',
    },
    run: async ({
      api,
      options,
      globals,
      terminal,
    }): Promise<readonly InventoryItem[] | FilterExplained | undefined> => {
      const given: Readonly<Record<string, unknown>> = options;
      const only = (name: string) => (typeof given[name] === 'string' && given[name] !== '' ? given[name] : undefined);
      const query = {
        recursion: '1',
        cluster: only('cluster'),
        project: only('project'),
        server: only('server'),
        filter: only('filter'),
        ...(await askAsOf(api, options['as-of'])),
      };
      // Each segment has a list route of this name and answers objects with recursion (contract: inventory).
      const name = `inventory_${segment}_list` as 'inventory_images_list';
      await requireKind(api, kind);
      if (options.explain) return explainFilter(api, kind, query);
      const pages = { sort: options.sort || undefined, limit: options.limit };
      if (options.watch) {
        refuseWith(options);
        const list = async (also?: string) =>
          (await api.ask(name, { query: { ...query, filter: both(query.filter, also) } })) as InventoryItem[];
        const shown = { columns: listColumns(columns, options.columns), format: options.format };
        await watchList(api, terminal, { kind, list, ...shown, width: terminalWidth(terminal) });
        return undefined;
      }
      const items = (await askPages(api, terminal, name, query, pages)) as InventoryItem[];
      const notes =
        globals.quiet || options['as-of'] !== '' ? [] : await staleNotes(api, kind, query.cluster, Date.now());
      for (const note of notes) terminal.stderr.write(`${note}\n`);
      return items;
    },
    show: (items, { options, terminal }) => {
      if (items === undefined) return '';
      if (!Array.isArray(items)) return showExplained(items as FilterExplained, options.format.kind);
      const rows = items as readonly InventoryItem[];
      const columnsOf =
        options.sort === ''
          ? listColumns
          : (...given: Parameters<typeof listColumns>) =>
              listColumns(...given).map((column) => ({ ...column, sorted: false }));
      return showList(
        options.format.kind === 'yaml' ? rows.map(completeNulls) : rows,
        columnsOf(columns, options.columns),
        options.format,
        terminalWidth(terminal),
      );
    },
  });
}

const both = (filter: string | undefined, also: string | undefined): string | undefined =>
  filter === undefined || also === undefined ? (filter ?? also) : `(${also}) and (${filter})`;

/** What changes comes in the order in which it changes, and now. */
function refuseWith({ limit, sort, 'as-of': asOf }: { limit: number; sort: string; 'as-of': string }): void {
  const given = limit !== 0 ? '--limit' : sort !== '' ? '--sort' : asOf !== '' ? '--as-of' : undefined;
  if (given !== undefined) throw new UsageFailure(`--watch does not go with ${given}`, 'Leave one of them out.');
}

function showOf(kind: InventoryKind): Command {
  const { noun, segment, columns } = factsOf(kind);
  const word = kind.replaceAll('_', '-');
  return defineCommand({
    path: ['inventory', word, 'show'],
    about: `Show one ${noun}`,
    examples: [`operations-center inventory ${word} show b78ee1ce-a7eb-52e9-ae36-c55f36ef7d42 --object`],
    args: { uuid: required('Its UUID, from the list') },
    options: { 'as-of': asOfOption, format: showFormat, object: flag('Show the object as Incus sent it, too') },
    run: async ({ api, args, options }) => {
      // Each segment has a show route of this name (contract: inventory).
      const name = `inventory_${segment}_show` as 'inventory_images_show';
      await requireKind(api, kind);
      return await api.ask(name, { params: { uuid: args.uuid }, query: await askAsOf(api, options['as-of']) });
    },
    show: (item, { options }) =>
      showObject(options.format === 'yaml' ? completeNulls(item) : item, options.format, () =>
        itemText(item, columns, options.object),
      ),
  });
}

/** Of OC's columns only these are sorted by; the others came in under another name there and are not. */
const sortedHeaders = new Set(['Name', 'Cluster', 'Server', 'Type']);

function listColumns(columns: readonly InventoryColumn[], templates: string): readonly Column<InventoryItem>[] {
  if (templates !== columns.map(goTemplateOf).join(',')) return templateColumns(templates, columns);
  return columns.map((column) => ({
    header: column.header,
    value: (item) => cellOf(item, column).slice(0, column.cut),
    sorted: sortedHeaders.has(column.header),
    free: column.header === 'Description',
  }));
}

function cellOf(item: InventoryItem, { path }: InventoryColumn): string {
  const value = readPath(item, path);
  return path === 'last_updated' ? showInventoryTime(cellText(value)) : cellText(value);
}

function itemText(item: InventoryItem, columns: readonly InventoryColumn[], withObject: boolean): string {
  const fields = fieldLines(columns.map((column) => [column.header, cellOf(item, column)] as const));
  if (!withObject) return fields;
  const lines = JSON.stringify(item.object, null, 4).split('\n');
  return `${fields}Object:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}
