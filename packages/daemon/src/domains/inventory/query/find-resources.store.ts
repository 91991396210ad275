import type { InventoryKind } from '@operations-center/contract';
import type { SqlValue } from '@operations-center/database';
import { compileFilter, type Filter, FilterFailure, parseFilter } from '@operations-center/filter';
import type { InventoryDatabase } from '../../../schema.ts';
import { loadObjects, sourceOf } from '../history/versions.store.ts';
import { resourceColumns, resourceFields, resourcesText, thenColumns } from './resource-fields.ts';

/** One of these; with `orNone` also what has none. */
export type OneOf = { values: readonly string[]; orNone: boolean };

export type ResourceConditions = { server?: OneOf; project?: OneOf; parent?: OneOf };

export type FindResources = {
  cluster: string;
  kinds: readonly InventoryKind[];
  only: ResourceConditions;
  /** The filter's text, which was found to be right before. */
  expression: string | undefined;
  now_ms: number;
  /** As they were then, in microseconds; else as they are. */
  as_of?: number | undefined;
};

/**
 * The rows of a cluster that fit: their ids kind by kind, in OC's order, and the servers they are on. Ids alone, so that
 * what is found needs little memory however large the documents are.
 */
export type FoundResources = {
  found: { kind: InventoryKind; ids: number[] }[];
  servers: string[];
  /** The filter cannot be worked out for one of the rows. */
  failure?: Pick<FilterFailure, 'message' | 'range'>;
};

type Resource = {
  id: number;
  cluster_name: string;
  server_name: string;
  project_name: string;
  parent_name: string;
  name: string;
};

/** So many documents are looked at at once. */
const documentsAtOnce = 200;

export async function findResources(db: InventoryDatabase, ask: FindResources): Promise<FoundResources> {
  const filter = readExpression(ask.expression);
  const servers = new Set<string>();
  const found: FoundResources['found'] = [];
  try {
    for (const kind of ask.kinds) {
      const resources = await findOfKind(db, kind, ask, filter);
      if (resources.length > 0) found.push({ kind, ids: resources.map(({ id }) => id) });
      for (const { server_name } of resources) if (server_name !== '') servers.add(server_name);
    }
  } catch (error) {
    if (!(error instanceof FilterFailure)) throw error;
    return { found: [], servers: [], failure: { message: error.message, range: error.range } };
  }
  return { found, servers: [...servers].sort() };
}

function readExpression(expression: string | undefined): Filter | undefined {
  if (expression === undefined) return undefined;
  const parsed = parseFilter(expression, resourceFields);
  if (!parsed.ok) throw new Error(`the filter was right before: ${expression}`);
  return parsed.filter;
}

async function findOfKind(
  db: InventoryDatabase,
  kind: InventoryKind,
  { cluster, only, now_ms, as_of }: FindResources,
  filter: Filter | undefined,
): Promise<Resource[]> {
  const compiled =
    filter === undefined
      ? undefined
      : compileFilter(filter, db.dialect, as_of === undefined ? resourceColumns : thenColumns);
  const wanted = [
    oneOf('server_name', only.server),
    oneOf('project_name', only.project),
    oneOf('parent_name', only.parent),
    ...(compiled === undefined ? [] : [{ text: `(${compiled.where})`, values: compiled.parameters }]),
  ];
  const source = sourceOf(as_of);
  const resources = await db.rows<Resource>(
    `select id, cluster_name, server_name, project_name, parent_name, name from (${resourcesText(kind, source.text)}) as resources
     where ${wanted.map(({ text }) => text).join(' and ')} order by project_name, parent_name, name, server_name, id`,
    [...source.values, kind, cluster, ...wanted.flatMap(({ values }) => values)],
  );
  const rest = compiled?.rest;
  if (rest === undefined) return resources;
  const fitting: Resource[] = [];
  for (let at = 0; at < resources.length; at += documentsAtOnce) {
    const some = resources.slice(at, at + documentsAtOnce);
    const documents = await loadDocuments(db, some, as_of);
    fitting.push(
      ...some.filter((one) => {
        const object = documents.get(one.id);
        // Gone in this moment: then it is not there.
        return object !== undefined && rest.holds({ ...one, kind, object: JSON.parse(object) as unknown }, now_ms);
      }),
    );
  }
  return fitting;
}

async function loadDocuments(
  db: InventoryDatabase,
  some: readonly Resource[],
  as_of: number | undefined,
): Promise<Map<number, string>> {
  const ids = some.map(({ id }) => id);
  return new Map((await loadObjects(db, ids, as_of)).map(({ id, object }) => [id, object]));
}

/** What a kind does not have is empty in its rows. */
function oneOf(column: string, wanted: OneOf | undefined): { text: string; values: readonly SqlValue[] } {
  if (wanted === undefined) return { text: '1 = 1', values: [] };
  // An empty word is nobody's name: it fits nothing by itself.
  const values = wanted.values.filter((value) => value !== '');
  const among = values.length === 0 ? '1 = 0' : `${column} in (${values.map(() => '?').join(', ')})`;
  return { text: wanted.orNone ? `(${among} or ${column} = '')` : among, values };
}
