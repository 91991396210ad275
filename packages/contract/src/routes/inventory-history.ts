import { z } from 'zod';
import { inventoryKinds } from '../inventory-kinds.ts';
import { route } from '../route.ts';
import { time } from '../wire.ts';

const extension = 'inventory_history';
const path = '/1.0/inventory';

const kind = z.enum(Object.keys(inventoryKinds) as [keyof typeof inventoryKinds]);

/** What became of an object between two looks at it. */
export const inventoryChangeNames = ['created', 'changed', 'moved', 'renamed', 'recreated', 'deleted'] as const;
export type InventoryChangeName = (typeof inventoryChangeNames)[number];

const place = z.object({
  uuid: z.string(),
  cluster: z.string(),
  server: z.string().describe('Empty: it is of the whole cluster'),
  project_name: z.string(),
  parent_name: z.string(),
  name: z.string(),
  type: z.string(),
});

const fieldChange = z.object({
  path: z.string().describe('Where in the object, as a filter writes it: `config["limits.cpu"]`'),
  from: z.unknown().describe('Left out: it was not there. A long value is a text that is cut'),
  to: z.unknown().describe('Left out: it is not there any more'),
});
export type InventoryFieldChange = z.output<typeof fieldChange>;

export const inventoryChange = place.extend({
  kind,
  at: z.string().describe('When it was seen (RFC 3339)'),
  change: z
    .enum(inventoryChangeNames)
    .describe(
      'created: seen for the first time; moved: on another server; renamed: the same object under another name, or its cluster was renamed; recreated: another object under the same name',
    ),
  before: place.nullable().describe('What it was called and where it was, if it was moved, renamed or recreated'),
  fields: z.array(fieldChange).describe('What changed inside of the object'),
  more: z.number().int().describe('So many more fields changed than are told'),
});
export type InventoryChange = z.output<typeof inventoryChange>;

const limit = z.coerce.number().int().min(1).max(1_000).default(100).describe('At most so many; a page may be shorter');
const cursor = z.string().max(1_000).optional().describe('Where to go on: `cursor` of the page before');
const page = z.object({
  changes: z.array(inventoryChange),
  cursor: z.string().nullable().describe('Where to go on; null: that was all'),
});

const window = {
  cluster: z.string().min(1).optional().describe('Of this cluster only'),
  kind: kind.optional().describe('Of this kind only'),
};
const times = {
  from: time.describe('How it was then'),
  to: time.optional().describe('How it was then; left out: now. Given back with every page'),
};
const timeFaults = [
  'query_invalid',
  'inventory_time_invalid',
  'inventory_time_future',
  'inventory_time_not_kept',
] as const;

export const inventoryHistoryRoutes = {
  inventory_history_usage: route({
    name: 'inventory_history_usage',
    method: 'GET',
    path: `${path}/history`,
    about: 'Since when versions of the inventory are kept, how much space they need, and how much they may need',
    access: 'can_view',
    answer: z.object({
      kept_since: z.string().describe('Nothing is known of before (RFC 3339)'),
      versions: z.number().int(),
      bytes: z.number().int().describe('Of the documents and names of all versions, without indexes'),
      days: z.number().int().describe('Setting inventory_kept_days'),
      bytes_allowed: z.number().int().describe('Setting inventory_kept_mib, in bytes'),
    }),
    success: 200,
    faults: [],
    extension,
  }),
  inventory_history_show: route({
    name: 'inventory_history_show',
    method: 'GET',
    path: `${path}/history/{uuid}`,
    about: 'What became of one object, newest first, also under names it had before',
    access: 'can_view',
    query: z.object({ kind: window.kind, limit, cursor }),
    answer: page,
    success: 200,
    faults: ['query_invalid', 'inventory_object_not_found', 'inventory_kind_ambiguous', 'inventory_cursor_invalid'],
    extension,
  }),
  inventory_diff: route({
    name: 'inventory_diff',
    method: 'GET',
    path: `${path}/diff`,
    about: 'What differs between two times: an object each, in the order in which they began to differ',
    access: 'can_view',
    query: z.object({ ...times, ...window, limit, cursor }),
    answer: page.extend({ from: z.string(), to: z.string() }),
    success: 200,
    faults: [...timeFaults, 'inventory_cursor_invalid'],
    extension,
  }),
  inventory_diff_totals: route({
    name: 'inventory_diff_totals',
    method: 'GET',
    path: `${path}/diff/totals`,
    about: 'How many objects differ between two times, kind by kind; over millions of changes this takes seconds',
    access: 'can_view',
    query: z.object({ ...times, ...window }),
    answer: z.object({
      from: z.string(),
      to: z.string(),
      kinds: z.array(z.object({ kind, change: z.enum(inventoryChangeNames), count: z.number().int() })),
    }),
    success: 200,
    faults: timeFaults,
    extension,
  }),
};
