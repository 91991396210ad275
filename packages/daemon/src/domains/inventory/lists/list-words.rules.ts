import { Fault, factsOf, type InventoryKind } from '@operations-center/contract';
import { nearestWord } from '@operations-center/filter';
import type { Sort, SortColumn } from './list-order.ts';
import type { Projection } from './projection.ts';

/** What a list of a kind may be sorted by: the names of the JSON and those of filters. */
function sortWordsOf(kind: InventoryKind): Record<string, SortColumn> {
  const { project, server, parent } = factsOf(kind);
  return {
    name: 'name',
    cluster: 'cluster',
    uuid: 'uuid',
    status: 'status',
    'object.status': 'status',
    ...(server === 'none' ? {} : { server: 'server' }),
    ...(project === 'none' ? {} : { project_name: 'project_name', project: 'project_name' }),
    ...(parent === 'none' ? {} : { parent_name: 'parent_name', [`${parent}_name`]: 'parent_name' }),
  };
}

/** `name` goes up, `-name` down. */
export function readSort(kind: InventoryKind, text: string | undefined): Sort | undefined {
  if (text === undefined) return undefined;
  const word = text.replace(/^-/, '');
  const words = sortWordsOf(kind);
  const column = Object.hasOwn(words, word) ? words[word] : undefined;
  if (column !== undefined) return { column, down: text.startsWith('-') };
  throw unknownField('sort', word, Object.keys(words));
}

const mostFields = 50;

/** `name,object.status,object.config["limits.cpu"]` */
export function readProjection(kind: InventoryKind, text: string | undefined): Projection | undefined {
  if (text === undefined) return undefined;
  const paths = splitPaths(text);
  if (paths.length > mostFields)
    throw new Fault('query_invalid', `Bad Request: fields: ${paths.length} are more than ${mostFields}`);
  const known = itemNamesOf(kind);
  for (const [name = ''] of paths) if (!known.includes(name)) throw unknownField('fields', name, known);
  return paths;
}

function itemNamesOf(kind: InventoryKind): string[] {
  const { project, server, parent, hasType } = factsOf(kind);
  return [
    ...['uuid', 'cluster', 'name', 'object', 'last_updated'],
    ...(server === 'none' ? [] : ['server']),
    ...(project === 'none' ? [] : ['project_name']),
    ...(parent === 'none' ? [] : ['parent_name']),
    ...(hasType ? ['type'] : []),
  ];
}

/** Names with dots between, or in brackets and quotes; paths with commas between. */
const segment = /([^.,[\]"\s]+)|\["((?:[^"\\]|\\.)*)"\]/y;

function splitPaths(text: string): string[][] {
  const paths: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const path: string[] = [];
    for (;;) {
      segment.lastIndex = at;
      const found = segment.exec(text);
      if (found === null) throw badPath(text, at);
      path.push(found[1] ?? (JSON.parse(`"${found[2]}"`) as string));
      at = segment.lastIndex;
      if (text[at] === '.') at += 1;
      else if (text[at] !== '[') break;
    }
    paths.push(path);
    if (at === text.length) break;
    if (text[at] !== ',' || at + 1 === text.length) throw badPath(text, at);
    at += 1;
  }
  return paths;
}

const badPath = (text: string, at: number): Fault =>
  new Fault('query_invalid', `Bad Request: fields: column ${at + 1}: expected the name of a field`, {
    hint: 'Write them like name,object.status,object.config["limits.cpu"].',
    details: { fields: text.slice(0, 1_000), column: at + 1 },
  });

function unknownField(parameter: string, word: string, known: readonly string[]): Fault {
  const nearest = nearestWord(word, known);
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return new Fault('inventory_field_unknown', `Bad Request: ${parameter}: there is no "${word.slice(0, 64)}"${meant}`, {
    details: { known },
  });
}
