import { defineCommand } from '../command.ts';
import { explainBroken } from '../failures/fault.ts';
import { required, text } from '../options.ts';

export const query = defineCommand({
  path: ['query'],
  about: 'Send a request to the API and print the whole answer',
  detail: '"/1.0" is put before the path unless it is there.',
  examples: [
    'operations-center query /1.0',
    'operations-center query /system/settings',
    `operations-center query /provisioning/tokens -X POST -d '{"uses_remaining": 1, "expire_at": "2027-01-01T00:00:00Z"}'`,
  ],
  args: { path: required('Path below the API, with its query') },
  options: {
    request: text('Method', { short: 'X', placeholder: 'method', initial: 'GET' }),
    data: text('Body', { short: 'd', placeholder: 'body' }),
  },
  run: async ({ api, args, options }) => {
    const path = args.path.startsWith('/') ? args.path : `/${args.path}`;
    const reply = await api.send({
      method: options.request,
      path: /^\/1\.0(?:[/?]|$)/.test(path) ? path : `/1.0${path}`,
      headers: options.data === '' ? {} : { 'content-type': 'application/octet-stream' },
      body: options.data === '' ? undefined : options.data,
    });
    if (!reply.text.trimStart().startsWith('{') && reply.status >= 400) {
      throw explainBroken({ kind: 'broken', status: reply.status, text: reply.text });
    }
    return reply.text;
  },
  show: (answer) => (answer.endsWith('\n') ? answer : `${answer}\n`),
});
