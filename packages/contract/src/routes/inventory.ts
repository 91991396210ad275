import { z } from 'zod';
import { factsOf, type InventoryKind, inventoryKindNames, type inventoryKinds } from '../inventory-kinds.ts';
import { type RouteSpec, route } from '../route.ts';
import { empty, queryFlag, recursion, urls } from '../wire.ts';

/** An Incus object as it was last seen. Which of the optional fields an item has is a fact of its kind. */
export const inventoryItem = z.object({
  uuid: z
    .string()
    .describe('Made of cluster, server, project, parent, type and name: the same wherever it is computed'),
  cluster: z.string(),
  server: z.string().optional().describe('The member it is on; empty for an object of the whole cluster'),
  project_name: z.string().optional(),
  parent_name: z.string().optional().describe('The network or storage pool it belongs to'),
  name: z.string(),
  type: z.string().optional().describe('Of storage volumes: custom, container, virtual-machine, image'),
  object: z.record(z.string(), z.unknown()).describe('The object as Incus sent it'),
  last_updated: z.string().describe('When we last wrote it (RFC 3339)'),
});
export type InventoryItem = z.output<typeof inventoryItem>;

const name = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

const everyParameter = {
  recursion,
  cluster: name.describe('Of this cluster only'),
  server: name.describe('On this server only'),
  project: name.describe('Of this project only'),
  filter: name.describe('Only those for which this expression is true'),
  as_of: name.describe('As they were at this time (RFC 3339)'),
  sort: name.describe(
    'In place of the order by cluster, server and name: name, cluster, server, project, parent_name, status or uuid; with - before it downwards',
  ),
  fields: name.describe('Only these fields of each object: name,object.status,object.config["limits.cpu"]'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      'A page of so many at most; it may be shorter and not the last. The header Link says where the next one is',
    ),
  cursor: z.string().max(4_000).optional().describe('Where the list goes on, from the header Link'),
  total: queryFlag.describe('true: the header X-Total-Count says how many there are on all pages together'),
};
const showQuery = z.object({ as_of: everyParameter.as_of });
const timeFaults = ['inventory_time_invalid', 'inventory_time_future', 'inventory_time_not_kept'] as const;
type ListQuery = z.ZodObject<typeof everyParameter>;

/** A parameter that a kind does not have is ignored, as OC ignores it. */
function listQuery(kind: InventoryKind): ListQuery {
  const facts = factsOf(kind);
  const shape: Partial<typeof everyParameter> = { ...everyParameter };
  if (facts.server === 'none') delete shape.server;
  if (facts.project === 'none') delete shape.project;
  // What is left out reads as undefined, which each of them may be.
  return z.object(shape) as unknown as ListQuery;
}

const list = z.union([urls, z.array(inventoryItem)]);
const path = '/1.0/inventory';

type Kinds = typeof inventoryKinds;
type Named<Spec extends RouteSpec, Name extends string, Path extends string> = Omit<Spec, 'name' | 'path'> & {
  name: Name;
  path: Path;
};
type ListSpec = RouteSpec & { method: 'GET'; query: ListQuery; answer: typeof list };
type ShowSpec = RouteSpec & { method: 'GET'; query: typeof showQuery; answer: typeof inventoryItem };
type ResyncSpec = RouteSpec & { method: 'POST'; answer: typeof empty };
type RoutesOfKinds = {
  [Kind in InventoryKind as `inventory_${Kinds[Kind]['segment']}_list`]: Named<
    ListSpec,
    `inventory_${Kinds[Kind]['segment']}_list`,
    `/1.0/inventory/${Kinds[Kind]['segment']}`
  >;
} & {
  [Kind in InventoryKind as `inventory_${Kinds[Kind]['segment']}_show`]: Named<
    ShowSpec,
    `inventory_${Kinds[Kind]['segment']}_show`,
    `/1.0/inventory/${Kinds[Kind]['segment']}/{uuid}`
  >;
} & {
  [Kind in InventoryKind as `inventory_${Kinds[Kind]['segment']}_resync`]: Named<
    ResyncSpec,
    `inventory_${Kinds[Kind]['segment']}_resync`,
    `/1.0/inventory/${Kinds[Kind]['segment']}/{uuid}/:resync`
  >;
};

function routesOf(kind: InventoryKind): Record<string, RouteSpec> {
  const { segment, noun, plural, extension } = factsOf(kind);
  const announced = extension === undefined ? {} : { extension };
  return {
    [`inventory_${segment}_list`]: route({
      name: `inventory_${segment}_list`,
      method: 'GET',
      path: `${path}/${segment}`,
      about: `List the ${plural} of all clusters`,
      access: 'can_view',
      query: listQuery(kind),
      answer: list,
      success: 200,
      faults: [
        ...(['filter_invalid', 'filter_failed', 'filter_too_slow', 'query_invalid'] as const),
        ...(['inventory_field_unknown', 'inventory_cursor_invalid'] as const),
        ...timeFaults,
      ],
      ...announced,
    }),
    [`inventory_${segment}_show`]: route({
      name: `inventory_${segment}_show`,
      method: 'GET',
      path: `${path}/${segment}/{uuid}`,
      about: `Show one ${noun}`,
      access: 'can_view',
      query: showQuery,
      answer: inventoryItem,
      success: 200,
      faults: ['inventory_object_not_found', 'query_invalid', ...timeFaults],
      ...announced,
    }),
    [`inventory_${segment}_resync`]: route({
      name: `inventory_${segment}_resync`,
      method: 'POST',
      path: `${path}/${segment}/{uuid}/:resync`,
      about: `Ask Incus for one ${noun} now`,
      access: 'can_edit',
      answer: empty,
      success: 200,
      faults: [
        'inventory_object_not_found',
        'inventory_cluster_not_scanned',
        'inventory_resync_failed',
        'query_invalid',
      ],
      ...announced,
    }),
  };
}

// Computed keys lose their names; the type says them again from the same segments.
const routesOfKinds = Object.assign({}, ...inventoryKindNames.map(routesOf)) as unknown as RoutesOfKinds;

const time = z.string().nullable();
const kindFreshness = z.object({
  kind: z.string(),
  seen_at: time.describe('Everything of this kind is in the inventory as it was then (RFC 3339); null: never'),
  stale_since: time.describe('Changes after this may be missing; null: they are seen as they happen'),
  reason: z.string().describe('Why it could not be read, when it was last tried; empty: it could'),
});

/** How fresh the inventory of a cluster is. */
export const inventoryFreshness = z.object({
  cluster: z.string(),
  live: z.boolean().describe('Changes of every kind are seen as they happen'),
  seen_at: time.describe('Of the kind that was seen longest ago'),
  stale_since: time.describe('Changes after this may be missing; null with `live`, and if a kind was never seen'),
  reason: z.string().describe('Why it is not live; empty: it is'),
  member: z.string().describe('The server that tells the events; empty: none does'),
  since: time.describe('Since when the events are followed, or are not'),
  next_try: time.describe('When a member is asked again; null: they are followed, or one is being asked'),
  pending: z.number().describe('Objects and lists that events made us look at and that are not read yet'),
  kinds: z.array(kindFreshness),
});
export type InventoryFreshness = z.output<typeof inventoryFreshness>;

/** Who compares a condition of a filter: an index finds what fits, or each object is compared by the database or by the daemon. */
export const filterExplained = z.object({
  filter: z.string(),
  parts: z.array(z.object({ part: z.string(), by: z.enum(['index', 'database', 'daemon']) })),
  objects: z.number().int().describe('Of this kind, in all clusters'),
  looked_at: z.number().int().describe('So many of them are looked at'),
});
export type FilterExplained = z.output<typeof filterExplained>;

export const inventoryRoutes = {
  inventory_explain: route({
    name: 'inventory_explain',
    method: 'GET',
    path: `${path}/explain`,
    about: 'How a filter of a list is worked out, and how many objects must be looked at for it',
    access: 'can_view',
    query: z.object({
      kind: z.enum(inventoryKindNames),
      cluster: everyParameter.cluster,
      server: everyParameter.server,
      project: everyParameter.project,
      filter: everyParameter.filter,
    }),
    answer: filterExplained,
    success: 200,
    faults: ['query_invalid', 'filter_invalid'],
    extension: 'inventory_pages',
  }),
  inventory_freshness: route({
    name: 'inventory_freshness',
    method: 'GET',
    path: `${path}/freshness`,
    about: 'How fresh the inventory of each cluster is, kind by kind',
    access: 'can_view',
    query: z.object({ cluster: name.describe('Of this cluster only') }),
    answer: z.array(inventoryFreshness),
    success: 200,
    faults: [],
    extension: 'inventory_freshness',
  }),
  ...routesOfKinds,
};
