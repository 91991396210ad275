import { afterEach, expect, test } from 'vitest';
import type { Reply } from '../../packages/daemon/src/domains/clusters/testing/ask-socket.ts';
import { type ResetWorld, startResetWorld } from './reset-world.ts';

let world: ResetWorld;
afterEach(() => world[Symbol.asyncDispose]());

const servers = '/1.0/provisioning/servers';
const clusters = '/1.0/provisioning/clusters';
const names = ['server1', 'server2', 'server3'];
const show = async (path: string) => (await world.ask('GET', path)).body.metadata;
const sim = (name: string) => world.fleet.find(name) ?? expect.unreachable(`there is no ${name}`);

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 1_500; tries += 1) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return expect.unreachable('waited in vain');
}

const allReady = async () =>
  (await Promise.all(names.map(async (name) => (await show(`${servers}/${name}`))?.server_status))).every(
    (status) => status === 'ready',
  );

const create = () =>
  world.ask('POST', `${clusters}?wait=false`, {
    name: 'wonderful',
    server_names: names,
    server_type: 'incus',
    connection_url: `https://${sim('server1').address}:8443`,
    services_config: { lvm: { enabled: true } },
  });

/** A restore that lost its power: IncusOS takes no other one until it is reset. */
async function stuckOperation(): Promise<string> {
  world.fleet.faults.set({ name: 'join-fails', server: 'server3' });
  world.fleet.faults.set({ name: 'restore-cut', server: 'server2' });
  const created = await create();
  const id: string = created.body.metadata.id;
  await until(async () => sim('server2').status === 'off');
  // Between two tries it can be left, but it does not stand still.
  await until(async () => (await show(`/1.0/operations/${id}`)).metadata.exits.includes('leave'));
  const early = await world.ask('POST', `/1.0/operations/${id}/factory-reset`, { server: 'server2' });
  expectFault(early, 'operation_exit_not_possible', 'does not stand still');
  world.fleet.faults.clear('restore-cut', 'server2');
  world.fleet.faults.clear('join-fails', 'server3');
  sim('server2').start();
  await until(async () => (await show(`/1.0/operations/${id}`)).metadata.status === 'needs_attention');
  return id;
}

const expectFault = (reply: Reply, code: string, text: string) =>
  expect(reply).toMatchObject({ body: { code, error: expect.stringContaining(text) } });

test('a server that cannot be put back is reset, comes back as itself, and the operation then takes back the rest', async () => {
  world = await startResetWorld(3);
  await until(allReady);
  const id = await stuckOperation();
  const path = `/1.0/operations/${id}/factory-reset`;
  const before = await show(`${servers}/server2`);

  // Nothing is sent while a condition does not hold: each is named.
  expectFault(await world.ask('POST', path, { server: 'server2' }), 'factory_reset_not_possible', 'holds no update');
  expectFault(await world.ask('POST', path, { server: 'server2', force: true }), 'field_unknown', 'force');
  expectFault(await world.ask('POST', path, { server: 'server9' }), 'server_not_found', 'server9');
  world.channels.push('stable');
  expectFault(await world.ask('POST', path, { server: 'server2' }), 'factory_reset_not_possible', 'recovery keys');
  expect(sentResets()).toEqual([]);
  expect(await show('/1.0/provisioning/tokens?recursion=1')).toHaveLength(1);
  for (const name of names) sim(name).os.state.security.retrieved = true;
  expect(await show(path)).toMatchObject({ possible: true, servers: names.map((name) => ({ name, reset: null })) });

  const begun = await world.ask('POST', path, { server: 'server2' });
  expect(begun).toMatchObject({
    status: 202,
    body: { metadata: { description: 'Factory reset of server "server2"' } },
  });
  const reset = `/1.0/operations/${begun.body.metadata.id}`;
  // One at a time, and nobody chooses another way out meanwhile.
  expectFault(await world.ask('POST', path, { server: 'server1' }), 'operation_in_progress', 'server2');
  expectFault(await world.ask('POST', `/1.0/operations/${id}/:retry`), 'operation_in_progress', 'server2');
  expect(await show(`/1.0/operations?recursion=1&server=server2&workflow=factory-reset`)).not.toEqual({});
  const ended = await show(`${reset}/wait?timeout=60`);
  expect([ended.metadata.status, ended.err, world.failures]).toEqual(['finished', '', []]);

  const after = await show(`${servers}/server2`);
  expect(after).toMatchObject({
    server_status: 'ready',
    cluster: '',
    channel: 'stable',
    connection_url: before.connection_url,
  });
  expect(after.fingerprint).not.toBe(before.fingerprint);
  expect(after.machine_id).not.toBe(before.machine_id);
  expect(after.system_uuid).toBe(before.system_uuid);
  expect(after.os_data.network.config).toEqual(before.os_data.network.config);
  expect(sentResets()).toEqual(['server2']);
  // Its token went with its use; only the one that the fleet registered with is left.
  expect(await show('/1.0/provisioning/tokens?recursion=1')).toHaveLength(1);
  expect(await show(path)).toMatchObject({
    servers: [{}, { name: 'server2', reset: { operation: begun.body.metadata.id } }, {}],
  });
  expectFault(await world.ask('POST', path, { server: 'server2' }), 'factory_reset_not_possible', 'already');

  // What could not be taken back is gone: the operation comes to its end, and the name is free.
  await world.ask('POST', `/1.0/operations/${id}/:retry`);
  expect((await show(`/1.0/operations/${id}/wait?timeout=60`)).metadata.status).toBe('undone');
  expect(await show(clusters)).toEqual([]);
  await until(allReady);
  const again = await create();
  expect((await show(`/1.0/operations/${again.body.metadata.id}/wait?timeout=60`)).metadata).toMatchObject({
    status: 'finished',
    failure: null,
  });
}, 60_000);

test('the servers of a cluster that was forgotten by force are used again, as the how-to says', async () => {
  world = await startResetWorld(3);
  await until(allReady);
  const ended = async (created: Reply) =>
    (await show(`/1.0/operations/${created.body.metadata.id}/wait?timeout=60`)).metadata.status;
  expect(await ended(await create())).toBe('finished');
  expectFault(await world.ask('DELETE', `${clusters}/wonderful`), 'cluster_delete_refused', 'ready');
  expect(await world.ask('DELETE', `${clusters}/wonderful?mode=force`)).toMatchObject({ status: 200 });
  expectFault(await create(), 'cluster_server_taken', 'is a member of an Incus cluster already');
  const wish = { uses_remaining: 3, expire_at: '2099-01-01T00:00:00Z' };
  const token = String((await world.ask('POST', '/1.0/provisioning/tokens', wish)).headers['location'])
    .split('/')
    .at(-1);
  for (const name of names) {
    const before = await show(`${servers}/${name}`);
    expect(await world.ask('POST', `${servers}/${name}/:expect-reinstall`)).toMatchObject({ status: 200 });
    // At its console: a new installation, from an image with a token that has uses left.
    const { os } = sim(name);
    const config = { ...os.state.provider.config, server_token: token };
    os.state.seeds.set('provider', { version: '1', name: 'operations-center', config });
    os.state.seeds.set('network', { ...os.state.network.config, version: '1' });
    os.power.factoryReset();
    await until(async () => {
      const now = await show(`${servers}/${name}`);
      return now.fingerprint !== before.fingerprint && now.server_status === 'ready';
    });
  }
  expect(await show(servers)).toHaveLength(3);
  expect(await ended(await create())).toBe('finished');
}, 60_000);

const sentResets = () =>
  world.fleet.log
    .list()
    .filter(({ path, status }) => path === '/os/1.0/system/:factory-reset' && status === 200)
    .map(({ server }) => server);
