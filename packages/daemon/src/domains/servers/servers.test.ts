import { expect, test } from 'vitest';
import { testCertificate } from '../../fleet/test-server.ts';
import { registration, startWorld, type World } from './test-world.ts';

const path = '/1.0/provisioning/servers';
const machines = await Promise.all(['a', 'b', 'c'].map(testCertificate));

async function startFilled(): Promise<World> {
  const world = await startWorld({ polling: false });
  const token = await world.makeToken(9);
  for (const [at, machine] of machines.entries())
    await world.ask('POST', `${path}?token=${token}`, machine, registration(`server${at + 1}`));
  await world.database.write('test', (tx) =>
    world.servers.service.adopt(tx, 'server2', {
      cluster: 'c',
      connection_url: 'https://127.0.0.1:9',
      channel: 'stable',
    }),
  );
  return world;
}

test('lists: URLs or objects, by cluster, by status, both; an unknown status is refused', async () => {
  await using world = await startFilled();
  const list = async (query: string) => (await world.ask('GET', `${path}?${query}`, world.admin)).body.metadata;
  expect(await list('')).toEqual([`${path}/server1`, `${path}/server2`, `${path}/server3`]);
  expect(await list('cluster=c')).toEqual([`${path}/server2`]);
  expect(await list('status=ready')).toEqual([]);
  expect(await list('status=pending&cluster=c')).toEqual([`${path}/server2`]);
  expect((await list('recursion=1&status=pending')).map(({ name }: { name: string }) => name)).toHaveLength(3);
  expect(await list('recursion=1&cluster=none')).toEqual([]);
  expect(await list('recursion=1&fields=name,server_status,cluster&filter=name+!=+"server1"')).toEqual([
    { name: 'server2', server_status: 'pending', cluster: 'c' },
    { name: 'server3', server_status: 'pending', cluster: '' },
  ]);
  const [whole] = await list('recursion=1');
  const all = Object.keys(whole).filter((key) => !/_data$|^(?:properties|bmc_config|certificate)$/.test(key));
  const [picked] = await list(`recursion=1&fields=${all.join(',')}`);
  expect(picked).toEqual(Object.fromEntries(all.map((key) => [key, whole[key]])));
  expect(await world.ask('GET', `${path}?recursion=1&fields=name,os_data`, world.admin)).toMatchObject({
    body: { code: 'query_invalid' },
  });
  expect(await world.ask('GET', `${path}?status=junk`, world.admin)).toMatchObject({ status: 400 });
  expect(await list('filter=name+endsWith+"2"')).toEqual([`${path}/server2`]);
  expect(await list('recursion=1&filter=status+==+"pending"+and+type+!=+"other"+and+cluster+!=+"c"')).toHaveLength(2);
  expect(await world.ask('GET', `${path}?filter=bmc_config.password+==+"x"`, world.admin)).toMatchObject({
    body: { code: 'filter_invalid' },
  });
  expect(await world.ask('GET', path)).toMatchObject({ status: 401 });
});

test('a PUT replaces what can be set; an old ETag is refused; a member keeps its channel', async () => {
  await using world = await startFilled();
  const before = await world.ask('GET', `${path}/server1`, world.admin);
  const wish = {
    channel: 'stable',
    description: 'Sixth',
    properties: { rack: 'r1', slot: 6, ssd: true, nothing: null },
  };
  const put = (name: string, body: unknown, headers = {}) =>
    world.ask('PUT', `${path}/${name}`, world.admin, body, headers);
  const ifMatch = { 'if-match': String(before.headers['etag']) };
  expect(await put('server1', wish, ifMatch)).toMatchObject({ status: 200, body: { metadata: {} } });
  expect((await world.ask('GET', `${path}/server1`, world.admin)).body.metadata).toMatchObject({
    description: 'Sixth',
    properties: { rack: 'r1', slot: '6', ssd: 'true', nothing: '' },
    public_connection_url: '',
  });
  expect(await put('server1', wish, ifMatch)).toMatchObject({ status: 412 });
  expect(await put('server1', { ...wish, channel: '' })).toMatchObject({ status: 400 });
  expect(await put('server1', { ...wish, channel: 'none' })).toMatchObject({ status: 400 });
  expect(await put('server1', { ...wish, properties: { a: {} } })).toMatchObject({ status: 400 });
  expect(await put('server1', { ...wish, bmc_config: { api_type: 'redfish-v1-generic' } })).toMatchObject({
    body: { code: 'bmc_not_built' },
  });
  expect(await put('nobody', wish)).toMatchObject({
    status: 404,
    body: { error: 'Failed to get server "nobody" by name: Not found' },
  });
});

test('a BMC password is sealed, shown to who has full rights, and kept when it comes back redacted', async () => {
  await using world = await startFilled();
  const put = (password: string) =>
    world.ask('PUT', `${path}/server1`, world.admin, { channel: 'stable', bmc_config: { password, username: 'u' } });
  const shown = async () => (await world.ask('GET', `${path}/server1`, world.admin)).body.metadata.bmc_config;
  await put('hunter2');
  expect(await shown()).toMatchObject({ password: 'hunter2', username: 'u' });
  await put('**redacted**');
  expect(await shown()).toMatchObject({ password: 'hunter2' });
  const [row] = await world.database.rows<{ bmc_config: string }>(
    "select bmc_config from servers where name = 'server1'",
  );
  expect(row?.bmc_config).not.toContain('hunter2');
});

test('a rename keeps everything else; members, taken names and no names are refused', async () => {
  await using world = await startFilled();
  const rename = (from: string, name: unknown) => world.ask('POST', `${path}/${from}`, world.admin, { name });
  expect(await rename('server1', 'spare')).toMatchObject({ status: 201, headers: { location: `${path}/spare` } });
  expect((await world.ask('GET', `${path}/spare`, world.admin)).body.metadata).toMatchObject({
    name: 'spare',
    fingerprint: machines[0]?.fingerprint,
  });
  expect(await world.ask('GET', `${path}/server1`, world.admin)).toMatchObject({ status: 404 });
  expect(await rename('server2', 'x')).toMatchObject({ status: 400, body: { code: 'server_is_cluster_member' } });
  expect(await rename('spare', 'server3')).toMatchObject({ status: 400, body: { code: 'server_exists' } });
  for (const name of ['', 'spare', ':x', '..', 'a/b', null, 7])
    expect(await rename('spare', name)).toMatchObject({ status: 400 });
  expect(await world.names()).toEqual(['server2', 'server3', 'spare']);
});

test('a server in no cluster is forgotten, and its name and certificate are free', async () => {
  await using world = await startFilled();
  expect(await world.ask('DELETE', `${path}/server1`, world.admin)).toMatchObject({
    status: 200,
    body: { metadata: {} },
  });
  expect(await world.ask('DELETE', `${path}/server1`, world.admin)).toMatchObject({ status: 404 });
  expect(await world.ask('DELETE', `${path}/server2`, world.admin)).toMatchObject({
    status: 400,
    body: { error: 'Failed to delete server: Failed to delete server, server is part of cluster "c"' },
  });
  const again = await world.ask(
    'POST',
    `${path}?token=${await world.makeToken(1)}`,
    machines[0],
    registration('server1'),
  );
  expect(again.status).toBe(201);
  await world.database.write('test', (tx) => world.servers.service.release(tx, 'c'));
  expect(await world.ask('DELETE', `${path}/server2`, world.admin)).toMatchObject({ status: 200 });
});

test('other domains see servers, form them into a cluster, and let them go', async () => {
  await using world = await startFilled();
  const { service } = world.servers;
  expect((await service.findAll(['server3', 'nobody', 'server1'])).map(({ name }) => name)).toEqual([
    'server3',
    'server1',
  ]);
  await world.database.write('test', async (tx) => {
    await service.setForming(tx, ['server1', 'server3'], 'd');
    await service.setClusterCertificate(tx, ['server1'], 'f'.repeat(64));
  });
  expect(await service.findAll(['server1'])).toMatchObject([
    { forming_cluster: 'd', cluster_fingerprint: 'f'.repeat(64), cluster: null },
  ]);
  await world.database.write('test', (tx) => service.renameCluster(tx, 'c', 'renamed'));
  expect((await service.membersOf('renamed')).map(({ name }) => name)).toEqual(['server2']);
  expect((await world.ask('GET', `${path}?cluster=renamed`, world.admin)).body.metadata).toHaveLength(1);
});
