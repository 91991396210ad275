import { z } from 'zod';
import { inventoryKinds } from '../inventory-kinds.ts';
import { route } from '../route.ts';

const extension = 'inventory_search';
const kind = z.enum(Object.keys(inventoryKinds) as [keyof typeof inventoryKinds]);
const only = {
  kind: kind.optional().describe('Of this kind only'),
  cluster: z.string().min(1).optional().describe('Of this cluster only'),
  project: z.string().min(1).optional().describe('Of this project only'),
};

const hit = z.object({
  kind,
  uuid: z.string(),
  cluster: z.string(),
  server: z.string(),
  project_name: z.string(),
  parent_name: z.string(),
  name: z.string(),
  type: z.string(),
  matches: z
    .array(z.object({ path: z.string(), value: z.string() }))
    .describe('Where in the object the words stand, the first three: `state.network.eth0.addresses[0].address`'),
});
export type InventoryHit = z.output<typeof hit>;

const facet = z.array(z.object({ value: z.string(), count: z.number().int() }));

export const inventorySearchRoutes = {
  inventory_search: route({
    name: 'inventory_search',
    method: 'GET',
    path: '/1.0/inventory/search',
    about:
      'Objects of all kinds by name, description, configuration, address or MAC, the best first. Secrets are not searched',
    access: 'can_view',
    query: z.object({
      q: z.string().max(200).describe('Words with spaces between: each must be the beginning of a word of the object'),
      ...only,
      limit: z.coerce.number().int().min(1).max(1_000).default(50).describe('At most so many'),
      as_of: z.string().min(1).optional().describe('As they were at this time (RFC 3339)'),
    }),
    answer: z.object({ found: z.array(hit), more: z.boolean().describe('Others fit as well') }),
    success: 200,
    faults: ['query_invalid', 'inventory_time_invalid', 'inventory_time_future', 'inventory_time_not_kept'],
    extension,
  }),
  inventory_facets: route({
    name: 'inventory_facets',
    method: 'GET',
    path: '/1.0/inventory/facets',
    about: 'How many objects there are of each kind, cluster, project and status',
    access: 'can_view',
    query: z.object(only),
    answer: z.object({ kinds: facet, clusters: facet, projects: facet, statuses: facet }),
    success: 200,
    faults: ['query_invalid'],
    extension,
  }),
};
export type InventoryFacets = z.output<(typeof inventorySearchRoutes)['inventory_facets']['answer']>;
