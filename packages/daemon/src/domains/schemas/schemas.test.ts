import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishedSchemas } from '@operations-center/documents';
import { expect, test } from 'vitest';
import { makeApi } from '../../platform/http/api.ts';
import { makeLog } from '../../platform/log.ts';
import { schemaHandlers } from './schemas.routes.ts';

async function ask(path: string, trusted = true) {
  const caller = { protocol: 'unix', user: '', trusted, fingerprint: undefined, certificate: () => undefined } as const;
  const log = makeLog('ERROR', { write: () => undefined });
  const server = createServer(await makeApi({ handlers: schemaHandlers(), callerOf: () => caller, log }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP listener has one
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });
  const body = (await response.json()) as { code?: string; metadata: unknown };
  server.close();
  return { ...body, status: response.status };
}

test('the schemas are listed, by URL or with their titles', async () => {
  const urls = publishedSchemas.map(({ name }) => `/1.0/schemas/${name}`);
  expect(urls).toContain('/1.0/schemas/services');
  expect(await ask('/1.0/schemas')).toMatchObject({ status: 200, metadata: urls });
  expect((await ask('/1.0/schemas?recursion=1')).metadata).toContainEqual({ name: 'lvm', title: 'LVM' });
});

test('a schema is shown to callers we know', async () => {
  const shown = await ask('/1.0/schemas/lvm');
  expect(shown.metadata).toMatchObject({ title: 'LVM', required: ['enabled'], additionalProperties: false });
  expect(await ask('/1.0/schemas/lvm', false)).toMatchObject({ status: 401 });
});

test('an unknown schema is a fault of its own', async () => {
  expect(await ask('/1.0/schemas/toString')).toMatchObject({ status: 404, code: 'schema_not_found' });
});
