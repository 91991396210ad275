import { z } from 'zod';
import { route } from '../route.ts';

export const rootRoutes = {
  root_show: route({
    name: 'root_show',
    method: 'GET',
    path: '/',
    about: 'The API versions',
    access: 'anonymous',
    answer: z.array(z.string()),
    success: 200,
    faults: [],
  }),
  api_show: route({
    name: 'api_show',
    method: 'GET',
    path: '/1.0',
    about: 'The API, its extensions, and who is asking',
    access: 'anonymous',
    answer: z.object({
      api_status: z.string(),
      api_version: z.string(),
      auth: z.string().describe('How the caller is known: unix, tls, or empty'),
      auth_methods: z.array(z.string()),
      server_version: z.string(),
      daemon: z.string().optional().describe('Which of the daemons on this database answers; for those we trust'),
      api_extensions: z.array(z.string()).describe('What this daemon can beyond Operations Center 0.8.1'),
      held: z
        .object({ since: z.string(), reason: z.string() })
        .optional()
        .describe('It was restored and changes nothing until somebody says go; told to callers with rights'),
    }),
    success: 200,
    faults: [],
  }),
};
