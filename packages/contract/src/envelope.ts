import { z } from 'zod';

/** Every JSON answer: OC's seven keys, always all of them; an error says more after them. */
export const envelope = z.looseObject({
  type: z.enum(['sync', 'async', 'error']),
  status: z.string(),
  status_code: z.number(),
  operation: z.string(),
  error_code: z.number(),
  error: z.string(),
  metadata: z.unknown(),
  code: z.string().optional(),
  hint: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  request_id: z.string().optional(),
});
export type Envelope = z.output<typeof envelope>;
