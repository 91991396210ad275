import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishedSchemas } from '@operations-center/documents';
import { expect, test } from 'vitest';
import { makeApi } from '../../platform/http/api.ts';
import { makeLog } from '../../platform/log.ts';
import { schemaHandlers } from './schemas.routes.ts';

async function ask(path: string, { trusted = true, body }: { trusted?: boolean; body?: unknown } = {}) {
  const caller = { protocol: 'unix', user: '', trusted, fingerprint: undefined, certificate: () => undefined } as const;
  const log = makeLog('ERROR', { write: () => undefined });
  const server = createServer(
    await makeApi({ handlers: schemaHandlers({ nowMs: () => Date.UTC(2026, 10, 23) }), callerOf: () => caller, log }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP listener has one
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { connection: 'close', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { code?: string; metadata: unknown };
  server.close();
  return { ...answer, status: response.status };
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
  expect(await ask('/1.0/schemas/lvm', { trusted: false })).toMatchObject({ status: 401 });
});

test('an unknown schema is a fault of its own', async () => {
  expect(await ask('/1.0/schemas/toString')).toMatchObject({ status: 404, code: 'schema_not_found' });
});

test('files are judged with the ranges of what is wrong, and keys are not repeated', async () => {
  const key = '-----BEGIN PRIVATE KEY-----\\nc2VjcmV0\\n-----END PRIVATE KEY-----';
  const body = {
    services: 'lvm: {enabled: "true"}\n',
    application: `certificates:\n  - certificate: "${key}"\nprofles: []\n`,
  };
  const told = await ask('/1.0/provisioning/clusters/:validate', { body });
  expect(told.metadata).toMatchObject({
    valid: false,
    problems: [
      { code: 'wrong_type', file: 'services', line: 1, column: 16, end_line: 1, end_column: 22 },
      { code: 'private_key_in_document', file: 'application', line: 2, column: 18, end_line: 2 },
      { code: 'unknown_field', path: 'profles', suggestion: 'profiles', line: 3, column: 1, end_column: 8 },
    ],
  });
  expect(JSON.stringify(told)).not.toContain('c2VjcmV0');
  const fine = await ask('/1.0/provisioning/clusters/:validate', { body: { application: '---\n' } });
  const empty = { services_config: {}, application_seed_config: {} };
  expect(fine.metadata).toEqual({ valid: true, problems: [], warnings: [], read: empty });
});

test('what is valid comes back as maps, each scalar of the type that its place has, and no number loses digits', async () => {
  const body = {
    services: 'lvm: {enabled: true}\n',
    application: 'config:\n  user.big: 9007199254740993\n  user.octal: 0o17\n',
  };
  const told = await ask('/1.0/provisioning/clusters/:validate', { body });
  expect(told.metadata).toMatchObject({
    read: {
      services_config: { lvm: { enabled: true } },
      application_seed_config: { config: { 'user.big': '9007199254740993' } },
    },
  });
});
