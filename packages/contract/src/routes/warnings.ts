import { z } from 'zod';
import { route } from '../route.ts';
import { nothing, text, wireObject } from '../wire.ts';

/** Something that a person should know; it goes away by itself when it is over. */
export const warning = z.object({
  status: z.string().describe('new or acknowledged'),
  uuid: z.string(),
  scope: z.object({ scope: z.string(), entity_type: z.string(), entity: z.string() }),
  type: z.string(),
  first_occurrence: z.string(),
  last_occurrence: z.string(),
  last_updated: z.string(),
  messages: z.array(z.string()),
  count: z.number().int(),
});
export type Warning = z.output<typeof warning>;

const path = '/1.0/warnings';

export const warningRoutes = {
  warnings_list: route({
    name: 'warnings_list',
    method: 'GET',
    path,
    about: 'List the warnings, always as objects',
    access: 'can_view',
    answer: z.array(warning),
    success: 200,
    faults: [],
  }),
  warning_show: route({
    name: 'warning_show',
    method: 'GET',
    path: `${path}/{uuid}`,
    about: 'Show a warning',
    access: 'can_view',
    answer: warning,
    success: 200,
    faults: ['warning_not_found', 'query_invalid'],
  }),
  warning_update: route({
    name: 'warning_update',
    method: 'PUT',
    path: `${path}/{uuid}`,
    about: 'Acknowledge a warning',
    access: 'can_edit',
    body: wireObject({ status: text }),
    answer: nothing,
    success: 201,
    faults: ['warning_not_found', 'warning_invalid', 'etag_mismatch', 'query_invalid'],
  }),
};
