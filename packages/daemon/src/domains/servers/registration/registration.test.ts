import type { MadeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { testCertificate } from '../../../fleet/test-server.ts';
import { registration, startStandIn, startWorld, type World } from '../test-world.ts';

const path = '/1.0/provisioning/servers';
const [one, two] = await Promise.all([testCertificate('one'), testCertificate('two')]);

const register = (world: World, token: string, as: MadeCertificate | undefined, body: unknown) =>
  world.ask('POST', `${path}?token=${token}`, as, body);
const usesLeft = async (world: World, token: string): Promise<number> =>
  (await world.ask('GET', `/1.0/provisioning/tokens/${token}`, world.admin)).body.metadata.uses_remaining;
const show = async (world: World, name: string) =>
  (await world.ask('GET', `${path}/${name}`, world.admin)).body.metadata;
const warnings = async (world: World) => (await world.ask('GET', '/1.0/warnings', world.admin)).body.metadata;

test('500 machines that register at once, and again, are 500 servers and 500 uses', async () => {
  await using world = await startWorld({ polling: false });
  const token = await world.makeToken(600);
  const machines = await Promise.all(Array.from({ length: 500 }, (_, at) => testCertificate(`m${at}`)));
  const registerAll = () =>
    Promise.all(machines.map((machine, at) => register(world, token, machine, registration(`m${at}`))));
  for (const reply of await registerAll()) {
    expect(reply.status).toBe(201);
    expect(reply.body.metadata).toEqual({ certificate: world.client.certificate });
  }
  expect(await usesLeft(world, token)).toBe(100);
  expect((await registerAll()).every(({ status }) => status === 201)).toBe(true);
  expect(await usesLeft(world, token)).toBe(100);
  const rows = await world.database.rows<{ name: string; fingerprint: string }>(
    'select name, fingerprint from servers',
  );
  expect(rows).toHaveLength(500);
  expect(new Set(rows.map(({ fingerprint }) => fingerprint))).toEqual(new Set(machines.map((m) => m.fingerprint)));
}, 60_000);

test('the last use of a token is taken once, however many ask for it', async () => {
  await using world = await startWorld({ polling: false });
  const token = await world.makeToken(1);
  const machines = await Promise.all(Array.from({ length: 8 }, (_, at) => testCertificate(`m${at}`)));
  const replies = await Promise.all(machines.map((m, at) => register(world, token, m, registration(`m${at}`))));
  expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 400, 400, 400, 400, 400, 400, 400]);
  expect(await world.names()).toHaveLength(1);
});

test('the same machine is answered again though its token is used up, and its new address is kept', async () => {
  await using world = await startWorld({ polling: false });
  const token = await world.makeToken(1);
  await register(world, token, one, registration('server1'));
  const again = await register(world, token, one, registration('server1', { url: 'https://127.0.0.1:10' }));
  expect(again).toMatchObject({ status: 201, headers: { location: `${path}/server1` } });
  expect(await show(world, 'server1')).toMatchObject({
    connection_url: 'https://127.0.0.1:10',
    server_status: 'pending',
  });
  expect(await world.names()).toEqual(['server1']);
});

test('a cloned disk, the same certificate in another machine, is refused with both names', async () => {
  await using world = await startWorld({ polling: false });
  const token = await world.makeToken(5);
  await register(world, token, one, registration('server1'));
  const clone = await register(world, token, one, registration('server2'));
  expect(clone).toMatchObject({ status: 400, body: { code: 'server_certificate_reused' } });
  expect(clone.body.error).toContain('"server1"');
  expect(clone.body.error).toContain('"server2"');
  expect(await usesLeft(world, token)).toBe(4);
});

test('tokens: none known, exhausted, expired, malformed, and no certificate', async () => {
  await using world = await startWorld({ polling: false });
  const token = await world.makeToken(1);
  const body = registration('server1');
  const unknown = await register(world, '00000000-0000-4000-8000-000000000000', one, body);
  expect(unknown).toMatchObject({ status: 403, body: { code: 'token_unknown' } });
  expect(await register(world, 'junk', one, body)).toMatchObject({ status: 400 });
  expect(await register(world, token, undefined, body)).toMatchObject({
    status: 400,
    body: { code: 'server_certificate_missing' },
  });
  expect(await world.ask('POST', path, one, body)).toMatchObject({ status: 403 });
  expect(await world.names()).toEqual([]);
  await register(world, token, one, body);
  expect(await register(world, token, two, registration('server2'))).toMatchObject({
    status: 400,
    body: { code: 'token_exhausted' },
  });
  const late = await world.makeToken(1);
  world.clock.advance(100 * 365 * 86_400_000);
  expect(await register(world, late, two, registration('server2'))).toMatchObject({
    status: 400,
    body: { code: 'token_expired' },
  });
});

test.each(['', '.', '..', ':self', 'a/b', 'a\nb', 'a\0b', 'x'.repeat(10_240)])(
  'a machine cannot be called %j, and its try takes no use',
  async (name) => {
    await using world = await startWorld({ polling: false });
    const token = await world.makeToken(1);
    expect(await register(world, token, one, registration(name, { system_uuid: 'u', machine_id: 'm' }))).toMatchObject({
      status: 400,
      body: { code: 'name_invalid' },
    });
    expect(await usesLeft(world, token)).toBe(1);
  },
);

test.each(['', 'http://127.0.0.1:8443', 'https://', 'https://a/b', 'https://u:p@a', 'ftp://a', ':|//'])(
  'a machine cannot be reached at %j',
  async (url) => {
    await using world = await startWorld({ polling: false });
    const reply = await register(world, await world.makeToken(1), one, registration('server1', { url }));
    expect(reply).toMatchObject({ status: 400, body: { code: 'server_invalid' } });
  },
);

test('a name that another machine has is refused', async () => {
  await using world = await startWorld({ polling: false });
  const token = await world.makeToken(5);
  await register(world, token, one, registration('server1'));
  const other = registration('server1', { system_uuid: 'other', machine_id: 'other' });
  expect(await register(world, token, two, other)).toMatchObject({ status: 400, body: { code: 'server_exists' } });
  expect(await usesLeft(world, token)).toBe(4);
});

test('claiming the ids of a server that is there makes a server apart, with a warning, that can be adopted', async () => {
  await using world = await startWorld();
  await using standIn = await startStandIn();
  const token = await world.makeToken(5);
  await register(world, token, standIn.certificate, registration('server1', { url: standIn.endpoint.url }));
  await expect.poll(() => show(world, 'server1'), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  const claims = { system_uuid: 'uuid-of-server1', machine_id: 'machine-of-server1' };
  const intruder = await register(world, token, two, registration('server1', claims));
  expect(intruder).toMatchObject({ status: 201, headers: { location: `${path}/server1-2` } });
  expect(await show(world, 'server1')).toMatchObject({
    fingerprint: standIn.certificate.fingerprint,
    server_status: 'ready',
  });
  expect(await show(world, 'server1-2')).toMatchObject({
    fingerprint: two.fingerprint,
    system_uuid: null,
    machine_id: null,
    claimed_system_uuid: 'uuid-of-server1',
    claimed_machine_id: 'machine-of-server1',
    conflicts_with: 'server1',
  });
  expect(await warnings(world)).toMatchObject([
    {
      type: 'Server identity conflict',
      scope: { entity: 'server1-2' },
      messages: [expect.stringContaining('server adopt')],
    },
  ]);
  expect(await register(world, token, two, registration('server1', claims))).toMatchObject({
    headers: { location: `${path}/server1-2` },
  });
  expect(await usesLeft(world, token)).toBe(3);

  const wrong = await world.ask('POST', `${path}/server1/:adopt`, world.admin, { replaces: 'server1-2' });
  expect(wrong).toMatchObject({ status: 400, body: { code: 'server_not_replaceable' } });
  const adopted = await world.ask('POST', `${path}/server1-2/:adopt`, world.admin, { replaces: 'server1' });
  expect(adopted).toMatchObject({ status: 201, headers: { location: `${path}/server1` } });
  expect(await world.names()).toEqual(['server1']);
  expect(await show(world, 'server1')).toMatchObject({
    fingerprint: two.fingerprint,
    system_uuid: 'uuid-of-server1',
    machine_id: 'machine-of-server1',
  });
  expect(await warnings(world)).toEqual([]);
});

test('a reinstalled machine takes the place of its old self by itself only after ten minutes of silence', async () => {
  await using world = await startWorld();
  const standIn = await startStandIn();
  const token = await world.makeToken(5);
  await register(world, token, standIn.certificate, registration('server1', { url: standIn.endpoint.url }));
  await expect.poll(() => show(world, 'server1'), { timeout: 5_000 }).toMatchObject({ server_status: 'ready' });
  await standIn[Symbol.asyncDispose]();
  world.clock.advance(60_000);
  await expect
    .poll(() => show(world, 'server1'), { timeout: 5_000 })
    .toMatchObject({
      server_status: 'offline',
      server_status_reason: expect.stringContaining('server_unreachable'),
    });
  const claims = { system_uuid: 'uuid-of-server1', machine_id: 'new-after-reinstall' };
  await register(world, token, two, registration('server1', claims));
  expect(await world.names()).toEqual(['server1', 'server1-2']);
  await world.ask('DELETE', `${path}/server1-2`, world.admin);

  world.clock.advance(11 * 60_000);
  await expect
    .poll(async () => {
      await register(world, token, two, registration('server1', claims));
      const names = await world.names();
      if (names.length > 1) await world.ask('DELETE', `${path}/server1-2`, world.admin);
      return names;
    })
    .toEqual(['server1']);
  expect(await show(world, 'server1')).toMatchObject({
    fingerprint: two.fingerprint,
    machine_id: 'new-after-reinstall',
  });
}, 30_000);

test('expect-reinstall lets the next registration with these ids take the place at once, once', async () => {
  await using world = await startWorld({ polling: false });
  const token = await world.makeToken(5);
  await register(world, token, one, registration('server1'));
  expect((await world.ask('POST', `${path}/server1/:expect-reinstall`, world.admin)).status).toBe(200);
  const claims = { system_uuid: 'uuid-of-server1', machine_id: 'new' };
  await register(world, token, two, registration('server1', claims));
  expect(await show(world, 'server1')).toMatchObject({ fingerprint: two.fingerprint, machine_id: 'new' });
  await register(world, token, one, registration('server1', claims));
  expect(await world.names()).toEqual(['server1', 'server1-2']);
});

test('a member of a cluster never gives its place away', async () => {
  await using world = await startWorld({ polling: false });
  const token = await world.makeToken(5);
  await register(world, token, one, registration('server1'));
  await world.ask('POST', `${path}/server1/:expect-reinstall`, world.admin);
  await world.database.write('test', (tx) =>
    world.servers.service.adopt(tx, 'server1', {
      cluster: 'c',
      connection_url: 'https://127.0.0.1:9',
      channel: 'stable',
    }),
  );
  const claims = { system_uuid: 'uuid-of-server1', machine_id: 'new' };
  await register(world, token, two, registration('server1', claims));
  expect(await world.names()).toEqual(['server1', 'server1-2']);
  for (const [server, action, body] of [
    ['server1', ':expect-reinstall', undefined],
    ['server1-2', ':adopt', { replaces: 'server1' }],
  ] as const) {
    expect(await world.ask('POST', `${path}/${server}/${action}`, world.admin, body)).toMatchObject({
      status: 400,
      body: { code: 'server_is_cluster_member' },
    });
  }
  expect(await show(world, 'server1')).toMatchObject({ fingerprint: one.fingerprint, cluster: 'c' });
});

test('a pre-registered server waits for the machine with its ids', async () => {
  await using world = await startWorld({ polling: false });
  const body = {
    ...registration('waiting', { system_uuid: 'known', machine_id: '' }),
    channel: 'stable',
    description: 'Rack 7',
  };
  expect(await world.ask('POST', path, world.admin, body)).toMatchObject({
    status: 201,
    body: { metadata: { certificate: world.client.certificate } },
  });
  expect(await world.ask('POST', path, world.admin, { name: 'second', channel: 'stable' })).toMatchObject({
    status: 201,
  });
  expect(await show(world, 'waiting')).toMatchObject({
    server_status: 'unregistered',
    fingerprint: '',
    last_seen: '0001-01-01T00:00:00Z',
  });
  const claim = registration('host7', { system_uuid: 'known', machine_id: 'm7' });
  await register(world, await world.makeToken(1), one, claim);
  expect(await show(world, 'waiting')).toMatchObject({
    server_status: 'pending',
    description: 'Rack 7',
    fingerprint: one.fingerprint,
    machine_id: 'm7',
  });
});
