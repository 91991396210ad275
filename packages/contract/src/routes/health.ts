import { z } from 'zod';
import { route } from '../route.ts';

const count = z.number().int();

/** Numbers only, no names: for a monitor that looks every few seconds. */
export const health = z.object({
  status: z.enum(['ok', 'attention']).describe('attention: an operation, or the daemon itself, waits for a person'),
  held: z.boolean().describe('The daemon was restored and changes nothing until a person says go'),
  database: z.literal('ok'),
  operations: z.object({
    working: count.describe('Queued, running or being taken back'),
    paused: count,
    needs_attention: count,
    failed_last_day: count.describe('Submitted in the last 24 hours and taken back because a step failed'),
  }),
  servers: z.object({ all: count, by_status: z.record(z.string(), count) }),
  clusters: count,
  warnings: count.describe('Not acknowledged'),
});
export type Health = z.output<typeof health>;

export const healthRoutes = {
  health_show: route({
    name: 'health_show',
    method: 'GET',
    path: '/1.0/health',
    about: 'Can the daemon work, and does anything wait for a person? 503 if its database does not answer',
    access: 'can_view',
    answer: health,
    success: 200,
    faults: ['database_unavailable'],
    extension: 'health',
  }),
};
