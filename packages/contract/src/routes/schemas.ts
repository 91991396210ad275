import { z } from 'zod';
import { route } from '../route.ts';
import { recursion, urls } from '../wire.ts';

const extension = 'schemas';

export const schemaRoutes = {
  schemas_list: route({
    name: 'schemas_list',
    method: 'GET',
    path: '/1.0/schemas',
    about: 'List the JSON Schemas of the files that people write',
    access: 'can_view',
    query: z.object({ recursion }),
    answer: z.union([urls, z.array(z.object({ name: z.string(), title: z.string() }))]),
    success: 200,
    faults: [],
    extension,
  }),
  schema_show: route({
    name: 'schema_show',
    method: 'GET',
    path: '/1.0/schemas/{name}',
    about: 'Show a JSON Schema (draft 7): services, application, or the name of a service',
    access: 'can_view',
    answer: z.record(z.string(), z.unknown()),
    success: 200,
    faults: ['schema_not_found'],
    extension,
  }),
};
