import { Fault } from '@operations-center/contract';
import { findJsonSchema, publishedSchemas, validateFiles } from '@operations-center/documents';
import type { Clock } from '../../platform/clock.ts';
import { type Handler, handle, ok } from '../../platform/http/answer.ts';

export const schemaHandlers = (clock: Pick<Clock, 'nowMs'>): Handler[] => [
  handle('schemas_list', async ({ query }) =>
    ok(query.recursion ? [...publishedSchemas] : publishedSchemas.map(({ name }) => `/1.0/schemas/${name}`)),
  ),
  handle('schema_show', async ({ params }) => {
    const schema = findJsonSchema(params.name);
    if (schema !== undefined) return ok(schema);
    throw new Fault('schema_not_found', 'Failed to get schema: Not found', { details: { schema: params.name } });
  }),
  handle('clusters_validate', async ({ body }) => {
    const { services, application, allow_unknown: allowUnknown } = body;
    const files = { services: named('services', services), application: named('application', application) };
    return ok(validateFiles(files, { allowUnknown, nowMs: clock.nowMs() }));
  }),
];

const named = (name: string, text: string | undefined) => (text === undefined ? undefined : { name, text });
