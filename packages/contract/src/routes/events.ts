import { z } from 'zod';
import { route } from '../route.ts';

const extension = 'events';

/** What happened, in Incus' shape, and the place behind it. */
export const event = z.object({
  type: z.enum(['lifecycle', 'operation', 'inventory', 'lost']),
  timestamp: z.string().describe('RFC 3339'),
  metadata: z
    .record(z.string(), z.unknown())
    .describe(
      'lifecycle: action, source, name, context; operation: the operation, as far as it concerns all; inventory: action, source, kind and what the object is called; lost: reason, resume',
    ),
  location: z.string().describe('The daemon that wrote it'),
  project: z.string().describe('Always empty'),
  cursor: z.string().describe('The place behind this event: `?cursor=` goes on from here'),
});
export type Event = z.output<typeof event>;

export const eventRoutes = {
  events_list: route({
    name: 'events_list',
    method: 'GET',
    path: '/1.0/events',
    about:
      'With `Upgrade: websocket`: the events as they happen, one JSON message each, from the cursor on. Without: those that are kept behind a cursor, a page at a time; without a cursor the place where we are now',
    access: 'can_view',
    query: z.object({
      type: z
        .string()
        .optional()
        .describe(
          'Only these, separated by commas: lifecycle, operation, inventory. Not given: lifecycle and operation',
        ),
      cursor: z.string().optional().describe('From the place behind this event; without it, from now on'),
      limit: z.coerce.number().int().min(0).max(1000).default(1000).describe('Of a page'),
    }),
    answer: z.object({
      events: z.array(event).describe('A `lost` one first, where events are gone that were behind the cursor'),
      cursor: z.string().describe('The place behind them'),
    }),
    success: 200,
    faults: ['query_invalid', 'event_cursor_invalid', 'event_type_unknown', 'event_streams_exhausted', 'shutting_down'],
    extension,
  }),
};
