import { expect, test } from 'vitest';
import { askOs, type Deeds, pretendOs } from '../testing.ts';

test('every answer has the seven keys, URLs carry the prefix of the proxy', async () => {
  const os = pretendOs();
  const { body, headers } = await askOs(os, 'GET', '/1.0/services');
  expect(Object.keys(JSON.parse(body.toString()))).toEqual([
    'type',
    'status',
    'status_code',
    'operation',
    'error_code',
    'error',
    'metadata',
  ]);
  expect(headers).toEqual({ 'content-type': 'application/json' });
  expect((await askOs(os, 'GET', '/')).metadata).toEqual(['/os/1.0']);
  expect((await askOs(os, 'GET', '/1.0/applications')).metadata).toEqual(['/os/1.0/applications/incus']);
  expect((await askOs(os, 'GET', '/1.0/applications', undefined, '')).metadata).toEqual(['/1.0/applications/incus']);
  expect((await askOs(os, 'GET', '/1.0/system', undefined, '/1.0/provisioning/servers/s1')).metadata).toContain(
    '/1.0/provisioning/servers/s1/1.0/system/update',
  );
});

test('a refusal names no type of content but JSON and forbids sniffing', async () => {
  const { body, headers } = await askOs(pretendOs(), 'GET', '/1.0/nothing');
  expect(JSON.parse(body.toString())).toEqual({
    type: 'error',
    status: '',
    status_code: 0,
    operation: '',
    error_code: 404,
    error: 'not found',
    metadata: null,
  });
  expect(headers).toEqual({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
});

test.each([
  ['DELETE', '/1.0', undefined, 501, 'not implemented'],
  ['HEAD', '/1.0', undefined, 501, 'not implemented'],
  ['GET', '/1.0/', undefined, 404, 'not found'],
  ['POST', '/1.0/nothing', {}, 501, 'not implemented'],
  ['GET', '/1.0/system/:reboot', undefined, 501, 'not implemented'],
  ['GET', '/internal/secureboot', undefined, 403, 'not authorized'],
  ['GET', '/1.0/applications/debug', undefined, 404, 'not found'],
  ['POST', '/1.0/applications', '', 400, 'missing application name'],
  ['POST', '/1.0/applications', { name: 'x' }, 400, "unknown application 'x'"],
  ['POST', '/1.0/applications', { name: 'incus' }, 409, 'already exists'],
  ['POST', '/1.0/applications', { name: 'migration-manager' }, 400, 'a primary application is already installed'],
  ['POST', '/1.0/applications/incus/:remove', '', 500, 'cannot remove a primary application'],
  ['POST', '/1.0/applications/incus/:action', { action: 'dance' }, 500, "unsupported action 'dance'"],
  ['POST', '/1.0/applications/incus/:restore', '', 500, 'EOF'],
  ['PUT', '/1.0/applications/incus', '', 500, 'EOF'],
  ['PUT', '/1.0/system/update', '{', 400, 'unexpected EOF'],
  [
    'PUT',
    '/1.0/system/update',
    { config: { channel: 'stable' } },
    400,
    'invalid update check frequency: time: invalid duration ""',
  ],
  [
    'PUT',
    '/1.0/system/update',
    { config: { check_frequency: '-1h' } },
    400,
    'invalid update check frequency: must be a positive value',
  ],
  [
    'PUT',
    '/1.0/system/update',
    { config: { check_frequency: '6h', maintenance_windows: [{ start_day_of_week: 'Sunday' }] } },
    400,
    'invalid migration window: both StartDayOfWeek and EndDayOfWeek must be provided',
  ],
  [
    'PUT',
    '/1.0/system/update',
    { config: { check_frequency: '6h', maintenance_windows: [{ start_hour: 5, end_hour: 4 }] } },
    400,
    'invalid migration window: end time is before start time',
  ],
  ['PUT', '/1.0/system/provider', { config: {} }, 400, 'a provider name must be specified'],
  ['PUT', '/1.0/system/provider', { config: { name: 'x' } }, 500, 'unknown provider "x"'],
  ['PUT', '/1.0/system/provider', { config: { name: 'operations-center' } }, 500, 'no operations center URL provided'],
  ['PUT', '/1.0/system/security', '', 400, 'no encryption key provided'],
  [
    'PUT',
    '/1.0/system/security',
    { config: { encryption_recovery_keys: ['short!'] } },
    500,
    'provided recovery key must be at least 15 characters long',
  ],
  [
    'POST',
    '/1.0/system/security/:tpm-rebind',
    '',
    500,
    'refusing to reset TPM encryption bindings because current state can unlock all volumes',
  ],
  ['PUT', '/1.0/system/storage', '', 400, 'invalid cron expression provided for scrub schedule'],
  ['POST', '/1.0/system/storage/:delete-pool', { name: 'local' }, 500, "cannot destroy special zpool 'local'"],
  ['POST', '/1.0/system/storage/:create-volume', { pool: 'p', name: 'a/b' }, 400, 'invalid volume name provided'],
  ['POST', '/1.0/system/storage/:wipe-drive', '', 400, 'no drive specified'],
  [
    'PUT',
    '/1.0/system/fallback-listener',
    { config: { listen_address: ':8443' } },
    400,
    'invalid listen address: :8443',
  ],
  ['PUT', '/1.0/system/fallback-listener', '', 400, 'at least one trusted client TLS certificate must be defined'],
  [
    'PUT',
    '/1.0/system/kernel',
    { config: { memory: { persistent_hugepages: -1 } } },
    500,
    'persistent hugepages count cannot be negative',
  ],
  ['POST', '/1.0/system/:factory-reset', { seeds: { network: null } }, 500, "seed data for 'network' is not defined"],
])('%s %s with %j is refused', async (method, path, body, status, error) => {
  expect(await askOs(pretendOs(), method, path, body)).toMatchObject({ status, error });
});

test('nobody leaves operations-center through the API', async () => {
  const os = pretendOs();
  os.state.provider = { name: 'operations-center', config: {}, registered: true };
  expect(await askOs(os, 'PUT', '/1.0/system/provider', { config: { name: 'images' } })).toMatchObject({
    status: 500,
    error: 'deregistration unsupported',
  });
  expect(os.state.provider).toEqual({ name: 'operations-center', config: {}, registered: true });
});

test('wipe-drive says 200 and tells the failure in the body only', async () => {
  const reply = await askOs(pretendOs(), 'POST', '/1.0/system/storage/:wipe-drive', { id: '/dev/nothing' });
  expect(reply).toMatchObject({ status: 200, error: "drive '/dev/nothing' doesn't exist" });
});

test('the security keys are replaced, the custom certificates emptied when they are not sent', async () => {
  const os = pretendOs();
  const keys = ['one-long-recovery-key'];
  await askOs(os, 'PUT', '/1.0/system/security', {
    config: { encryption_recovery_keys: keys, custom_ca_certs: ['PEM'] },
  });
  expect((await askOs(os, 'GET', '/1.0/system/security')).metadata).toMatchObject({
    config: { encryption_recovery_keys: keys, custom_ca_certs: ['PEM'] },
  });
  await askOs(os, 'PUT', '/1.0/system/security', { config: { encryption_recovery_keys: keys } });
  expect((await askOs(os, 'GET', '/1.0/system/security')).metadata).toMatchObject({
    config: { encryption_recovery_keys: keys },
  });
  expect(os.state.security.custom_ca_certs).toEqual([]);
});

test('GET of the keys does not count as retrieving them', async () => {
  const os = pretendOs();
  expect((await askOs(os, 'GET', '/1.0/system/security')).metadata).toMatchObject({
    state: { encryption_recovery_keys_retrieved: false },
  });
  await askOs(os, 'POST', '/1.0/system/security/:retrieved');
  expect((await askOs(os, 'GET', '/1.0/system/security')).metadata).toMatchObject({
    state: { encryption_recovery_keys_retrieved: true },
  });
});

test('a pool is made from free drives only, and the provider hears of it', async () => {
  const deeds: Deeds = { list: [] };
  const os = pretendOs({ deeds });
  const drives = await askOs(os, 'GET', '/1.0/system/storage');
  const [root = '', free = ''] = JSON.stringify(drives.metadata).match(/\/dev\/disk\/by-id\/[^"]*/g) ?? [];
  const put = (devices: string[]) =>
    askOs(os, 'PUT', '/1.0/system/storage', {
      config: { scrub_schedule: '0 4 * * 0', pools: [{ name: 'data', type: 'zfs-raid0', devices }] },
    });
  expect((await put([root])).error).toContain('list of devices includes the system root drive');
  expect(deeds.list).toEqual([]);
  expect((await put([free])).status).toBe(200);
  expect(deeds.list).toEqual(['notify storage-config-changed']);
  expect((await askOs(os, 'GET', '/1.0/system/storage')).metadata).toMatchObject({
    state: { pools: [{ name: 'local' }, { name: 'data', state: 'ONLINE' }] },
  });
});
