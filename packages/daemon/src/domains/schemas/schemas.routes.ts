import { Fault } from '@operations-center/contract';
import { findJsonSchema, publishedSchemas } from '@operations-center/documents';
import { type Handler, handle, ok } from '../../platform/http/answer.ts';

export const schemaHandlers = (): Handler[] => [
  handle('schemas_list', async ({ query }) =>
    ok(query.recursion ? [...publishedSchemas] : publishedSchemas.map(({ name }) => `/1.0/schemas/${name}`)),
  ),
  handle('schema_show', async ({ params }) => {
    const schema = findJsonSchema(params.name);
    if (schema !== undefined) return ok(schema);
    throw new Fault('schema_not_found', 'Failed to get schema: Not found', { details: { schema: params.name } });
  }),
];
