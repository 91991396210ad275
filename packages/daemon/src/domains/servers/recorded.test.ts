import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Tx } from '../../schema.ts';
import { type Reply, type StandIn, startStandIn, startWorld, type World } from './test-world.ts';

/** What OC 0.8.1 answered, `<NAME1>` where a value differs from run to run. */
type Recorded = {
  id: string;
  method: string;
  path: string;
  request_body?: unknown;
  status: number;
  response_headers: Record<string, string>;
  // Compared, never trusted.
  // oxlint-disable-next-line typescript/no-explicit-any
  response_body: any;
};

const file = new URL('../../../../contract/src/recorded/servers.json', import.meta.url);
const all = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];
const recorded = (id: string): Recorded => {
  const found = all.find((row) => row.id === id);
  if (found === undefined) throw new Error(`nothing is recorded as ${id}`);
  return found;
};

const patterns: Record<string, RegExp> = {
  PEM: /^-----BEGIN CERTIFICATE-----\n[\w+/=\n]+-----END CERTIFICATE-----\n$/,
  HASH: /^[0-9a-f]{64}$/,
  ETAG: /^[0-9a-f]{64}$/,
  TIME: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  UUID: /^[0-9a-f-]{36}$/,
};

/** Where the two differ: value, type, null against [] against absent, order of keys. */
function differences(ours: unknown, theirs: unknown, at = ''): string[] {
  const hole = typeof theirs === 'string' ? patterns[/^"?<([A-Z]+)\d*>"?$/.exec(theirs)?.[1] ?? ''] : undefined;
  if (hole !== undefined)
    return hole.test(String(ours).replaceAll('"', '')) ? [] : [`${at}: ${String(ours)} is no ${String(theirs)}`];
  if (typeof ours !== 'object' || typeof theirs !== 'object' || ours === null || theirs === null)
    return ours === theirs ? [] : [`${at}: ${JSON.stringify(ours)}, recorded ${JSON.stringify(theirs)}`];
  const keys = Object.keys(theirs);
  if (Array.isArray(ours) !== Array.isArray(theirs) || Object.keys(ours).join() !== keys.join())
    return [`${at}: keys ${Object.keys(ours).join()}, recorded ${keys.join()}`];
  return keys.flatMap((key) => differences(Reflect.get(ours, key), Reflect.get(theirs, key), `${at}.${key}`));
}

function compare(reply: Reply, row: Recorded): string[] {
  const headers = Object.entries(row.response_headers).flatMap(([name, value]) =>
    differences(reply.headers[name], value, name),
  );
  return [
    ...differences(reply.status, row.status, 'status'),
    ...headers,
    ...differences(reply.body, row.response_body),
  ];
}

/** A recorded server as it is where the address is ours, and where the channel holds no update (a listed difference). */
// oxlint-disable-next-line typescript/no-explicit-any
function adapt<T>(value: T, address: string): any {
  const text = JSON.stringify(value)
    .replaceAll(/127\.77\.0\.\d+:8443/g, address)
    .replaceAll(/127\.77\.0\.\d+/g, '127.0.0.1')
    .replaceAll(/"available_version":"\d+",/g, '');
  return JSON.parse(text);
}

async function startServer(world: World, theirs: Record<string, unknown>): Promise<StandIn> {
  const { hardware_data: hardware, os_data } = theirs;
  // As recorded: an object with these three.
  const { network, security, storage } = os_data as Record<string, unknown>;
  const standIn = await startStandIn(adapt({ hardware, network, security, storage }, ''));
  const { name, system_uuid, machine_id } = theirs;
  const row = recorded('register-register');
  const body = { ...Object(row.request_body), name, system_uuid, machine_id, connection_url: standIn.endpoint.url };
  const token = await world.makeToken(1);
  const reply = await world.ask('POST', `/1.0/provisioning/servers?token=${token}`, standIn.certificate, body);
  const expected = {
    ...row,
    response_headers: { ...row.response_headers, location: `/1.0/provisioning/servers/${String(name)}` },
  };
  expect(compare(reply, expected)).toEqual([]);
  await expect
    .poll(
      async () => (await world.ask('GET', `/1.0/provisioning/servers/${String(name)}`, world.admin)).body.metadata,
      { timeout: 10_000 },
    )
    .toMatchObject({ server_status: 'ready' });
  return standIn;
}

test('servers answer as recorded, field by field', async () => {
  await using world = await startWorld();
  const theirs01 = recorded('servers-get').response_body.metadata;
  const theirs06 = recorded('servers-list-1').response_body.metadata[1];
  await using server01 = await startServer(world, theirs01);
  await using server06 = await startServer(world, theirs06);
  const address = (standIn: StandIn) => new URL(standIn.endpoint.url).host;

  const get = recorded('servers-get');
  expect(compare(await world.askLocally('GET', get.path), adapt(get, address(server01)))).toEqual([]);

  const list = await world.askLocally('GET', '/1.0/provisioning/servers?recursion=1');
  expect(differences(list.body.metadata[1], adapt(theirs06, address(server06)))).toEqual([]);
  const urls = recorded('servers-list').response_body.metadata.filter((url: string) => /server0[16]$/.test(url));
  expect((await world.askLocally('GET', '/1.0/provisioning/servers')).body.metadata).toEqual(urls);

  for (const id of ['servers-put', 'servers-resync', 'servers-self-register'] as const) {
    const row = recorded(id);
    expect(compare(await world.askLocally(row.method, row.path, row.request_body), row), id).toEqual([]);
  }
  const self = recorded('servers-self');
  const cause = { ...Object(self.request_body), connection_url: server01.endpoint.url };
  expect(compare(await world.ask(self.method, self.path, server01.certificate, cause), self)).toEqual([]);
  const rename = recorded('servers-rename');
  const renamed = await world.askLocally('POST', '/1.0/provisioning/servers/server06', rename.request_body);
  expect(compare(renamed, rename)).toEqual([]);
  const remove = recorded('servers-pre-delete');
  expect(compare(await world.askLocally('DELETE', '/1.0/provisioning/servers/spare'), remove)).toEqual([]);
}, 30_000);

test('a server of which nothing is known yet has OC’s empty documents', async () => {
  await using world = await startWorld({ polling: false });
  await world.askLocally('POST', '/1.0/provisioning/servers', { name: 'pre01', channel: 'stable' });
  const ours = (await world.askLocally('GET', '/1.0/provisioning/servers/pre01')).body.metadata;
  const [theirs] = recorded('servers-list-1').response_body.metadata;
  for (const field of ['hardware_data', 'os_data', 'version_data', 'bmc_data', 'bmc_config', 'properties'])
    expect(differences(ours[field], theirs[field], field)).toEqual([]);
});

test('channels, updates and warnings answer as recorded', async () => {
  await using world = await startWorld({ polling: false });
  for (const id of ['channels-list', 'channels-list-1'] as const) {
    const row = recorded(id);
    expect(compare(await world.askLocally('GET', row.path), row), id).toEqual([]);
  }
  expect((await world.ask('GET', '/1.0/provisioning/updates?recursion=1')).body.metadata).toEqual([]);

  await world.database.write('test', (tx) => insertUpdates(tx));
  for (const id of ['updates-list-1'] as const) {
    const row = recorded(id);
    expect(compare(await world.ask('GET', row.path), row), id).toEqual([]);
  }
  const newest = recorded('updates-list-1').response_body.metadata.map(
    ({ uuid }: { uuid: string }) => `/1.0/provisioning/updates/${uuid}`,
  );
  expect((await world.ask('GET', '/1.0/provisioning/updates')).body.metadata).toEqual(newest);
  const daily = await world.ask('GET', '/1.0/provisioning/updates?channel=daily');
  expect(daily.body.metadata).toEqual(newest.slice(0, 1));
  expect(await world.ask('GET', '/1.0/provisioning/updates?status=junk')).toMatchObject({ status: 400 });

  const list = recorded('warnings-list');
  const [first] = list.response_body.metadata;
  const { scope, type, messages } = first;
  for (let time = 0; time < first.count; time += 1)
    await world.warnings.raise(undefined, { ...scope, type, message: messages[0] });
  const ours = await world.askLocally('GET', list.path);
  expect(compare(ours, { ...list, response_body: { ...list.response_body, metadata: [first] } })).toEqual([]);
  const url = `/1.0/warnings/${ours.body.metadata[0].uuid}`;
  expect(compare(await world.askLocally('GET', url), recorded('warnings-get'))).toEqual([]);
  const put = recorded('warnings-put');
  const expected = { ...put, response_headers: { ...put.response_headers, location: url } };
  expect(compare(await world.askLocally('PUT', url, put.request_body), expected)).toEqual([]);
  await world.warnings.raise(undefined, { ...scope, type, message: messages[0] });
  expect((await world.askLocally('GET', url)).body.metadata).toMatchObject({ status: 'acknowledged', count: 4 });
  await world.warnings.raise(undefined, { ...scope, type, message: 'something else' });
  expect((await world.askLocally('GET', url)).body.metadata).toMatchObject({ status: 'new', count: 5 });
  expect(await world.askLocally('PUT', url, { status: 'gone' })).toMatchObject({ status: 400 });
  expect(await world.askLocally('GET', '/1.0/warnings/00000000-0000-4000-8000-000000000000')).toMatchObject({
    status: 404,
  });
});

/** The updates of the recording, the older one first. */
async function insertUpdates(tx: Tx): Promise<void> {
  for (const update of recorded('updates-list-1').response_body.metadata.toReversed()) {
    const { channels, upstream_channels } = update;
    const lists = { channels: JSON.stringify(channels), upstream_channels: JSON.stringify(upstream_channels) };
    await tx
      .insertInto('updates')
      .values({ ...update, ...lists })
      .execute();
  }
}
