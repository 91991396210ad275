import { z } from 'zod';
import { factsOf, inventoryKindNames, type inventoryKinds, isOfOc } from '../inventory-kinds.ts';
import { route } from '../route.ts';
import { repeated } from '../wire.ts';
import { inventoryItem } from './inventory.ts';

const trueWords = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const falseWords = ['', '0', 'f', 'F', 'FALSE', 'false', 'False'];

/** A Go bool; unlike elsewhere, another word is an error, as in OC. */
const strictFlag = z
  .enum([...trueWords, ...falseWords], { message: 'expected true or false' })
  .optional()
  .transform((word) => word !== undefined && trueWords.includes(word));

const items = z.array(inventoryItem).nullable();
const listsOfKinds = Object.fromEntries(
  inventoryKindNames.map((kind) => {
    const { segment, plural } = factsOf(kind);
    const list = items.describe(`Its ${plural}; null: none`);
    return [segment, isOfOc(kind) ? list : list.optional()];
  }),
);

/** What of a cluster fits a query: the servers that it is on, and a list for each kind, by its segment. */
export const inventoryAggregate = z
  .object({
    cluster: z.string(),
    servers: z.array(z.string()).describe('Those that something here is on, sorted'),
    ...listsOfKinds,
  })
  .describe(
    'Items have no UUID and no time here, volumes are named `type/name`, forwards, load balancers and peers have no project: as in OC',
  );
/** By segment: `images`, `storage_volumes`; what OC lacks is there for who names the kind. */
export type InventoryAggregate = { cluster: string; servers: string[] } & {
  [Segment in (typeof inventoryKinds)[keyof typeof inventoryKinds]['segment']]?: z.output<typeof items>;
};

const leftOut = inventoryKindNames.filter((kind) => factsOf(kind).onlyIfNamed);

export const inventoryQueryRoutes = {
  inventory_query: route({
    name: 'inventory_query',
    method: 'GET',
    path: '/1.0/inventory/query',
    about: 'What all clusters hold, or what of it fits, cluster by cluster and kind by kind',
    access: 'can_view',
    query: z.object({
      kind: repeated.describe(`Of these kinds only; not given: of all but ${leftOut.join(', ')}, as in OC`),
      cluster: repeated.describe('Of these clusters only'),
      server: repeated.describe('On these servers only'),
      server_include_null: strictFlag.describe('With `server`: also what is on no server'),
      project: repeated.describe('Of these projects only; a project is of itself'),
      project_include_null: strictFlag.describe('With `project`: also what has no project'),
      parent: repeated.describe('Of these networks or storage pools only'),
      parent_include_null: strictFlag.describe('With `parent`: also what belongs to none'),
      filter: z
        .string()
        .optional()
        .transform((text) => (text === '' ? undefined : text))
        .describe(
          'Only what this expression is true of; it may ask for kind, cluster_name, server_name, project_name, parent_name, name and object',
        ),
      as_of: z.string().optional().describe('As it was at this time (RFC 3339)'),
    }),
    answer: z.array(inventoryAggregate),
    success: 200,
    faults: [
      'filter_invalid',
      'filter_failed',
      'query_invalid',
      'inventory_time_invalid',
      'inventory_time_future',
      'inventory_time_not_kept',
    ],
  }),
};
