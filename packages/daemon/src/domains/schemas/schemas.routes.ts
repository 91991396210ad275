import { Fault } from '@operations-center/contract';
import {
  findJsonSchema,
  publishedSchemas,
  validateFiles,
  writtenApplication,
  writtenServices,
} from '@operations-center/documents';
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
    const verdict = validateFiles(files, { allowUnknown, nowMs: clock.nowMs() });
    if (!verdict.valid) return ok({ ...verdict, read: null });
    const options = { strict: true, allowUnknown };
    const read = {
      services_config: services === undefined ? {} : valueOf(writtenServices(services, 'services', options)),
      application_seed_config:
        application === undefined ? {} : valueOf(writtenApplication(application, 'application', options)),
    };
    return ok({ ...verdict, read });
  }),
];

/** Whole numbers that a browser could not hold exactly go out as text, which Incus takes for the same. */
const valueOf = (checked: ReturnType<typeof writtenServices>): Record<string, unknown> =>
  checked.ok
    ? (JSON.parse(
        JSON.stringify(checked.value, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      ) as Record<string, unknown>) // a map stays one
    : {};

const named = (name: string, text: string | undefined) => (text === undefined ? undefined : { name, text });
