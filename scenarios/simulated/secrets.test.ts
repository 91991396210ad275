import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { routes } from '@operations-center/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../lib/programs.ts';
import { startWorld, until, type World } from '../lib/world.ts';

/** One secret for every place that takes one. Whatever holds `Marker` anywhere else has leaked. */
const marked = {
  openfga: 'Marker-openfga-token',
  acme: 'DNS_TOKEN=Marker-acme-environment',
  bmc: 'Marker-bmc-password',
  recovery: 'Marker-recovery-key-1!',
  webhook: 'Marker-webhook-secret-0123456789',
  template: 'Marker-variable-of-a-template',
  service: 'tskey-Marker-auth-of-a-service',
};
const isMarked = /Marker-[\w!-]*/g;

let world: World;
let server: string;
beforeAll(async () => {
  world = await startWorld({ servers: 1, daemon: ['--log-level', 'DEBUG'] });
  server = world.fleet.servers[0]?.name ?? '';
  await putSecretsEverywhere();
});
afterAll(() => world.stop());

type Answer = { status: number; metadata: unknown; operation?: string; text: string };

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const reply = await world.daemon.send({ method, path, headers, body: text, signal: undefined });
  const read = reply.text.startsWith('{') ? (JSON.parse(reply.text) as Partial<Answer>) : {};
  return { metadata: undefined, ...read, status: reply.status, text: reply.text };
}

async function change(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await send(method, path, body);
  expect(answer, answer.text).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) });
  return answer;
}

const get = async (path: string): Promise<Record<string, unknown>> =>
  (await change('GET', path)).metadata as Record<string, unknown>; // each asks for one object
const serverPath = () => `/1.0/provisioning/servers/${server}`;
const security = '/1.0/system/security';

async function putSecretsEverywhere(): Promise<void> {
  const before = await get(security);
  const openfga = { api_token: marked.openfga, api_url: 'https://fga', store_id: 's' };
  const acme = { ...(before['acme'] as object), provider_environment: [marked.acme, 'B=Marker-acme-second'] };
  await change('PUT', security, { ...before, openfga, acme });
  const { bmc_config, ...whole } = await get(serverPath());
  const bmc = { ...(bmc_config as object), endpoint: 'https://bmc', username: 'root', password: marked.bmc };
  await change('PUT', serverPath(), { ...whole, bmc_config: bmc });
  const os = `${serverPath()}/os/1.0/system/security`;
  await change('PUT', os, { config: { encryption_recovery_keys: [marked.recovery] } });
  await change('POST', `${serverPath()}/:resync`);
  await change('POST', '/1.0/system/webhooks', {
    ...{ name: 'told', url: 'https://127.0.0.1:9/nobody', events: ['finished'], secret: marked.webhook },
  });
  await change('POST', '/1.0/provisioning/cluster-templates', {
    name: 'template',
    service_config_template: 'tailscale: {enabled: true, auth_key: "@AUTH@"}',
    application_config_template: 'profiles: [{name: secretive, config: {environment.TOKEN: "@TOKEN@"}}]',
    variables: { AUTH: { type: 'string', secret: true }, TOKEN: { type: 'string', secret: true } },
  });
  const wish = {
    name: 'secretive',
    server_names: [server],
    server_type: 'incus',
    connection_url: world.fleet.servers[0]?.url,
    cluster_template: 'template',
    cluster_template_variable_values: { AUTH: marked.service, TOKEN: marked.template },
  };
  // Refused, with the secret in what is refused.
  expect((await send('POST', '/1.0/provisioning/clusters', { ...wish, server_names: ['nobody'] })).status).toBe(404);
  const { metadata } = await change('POST', '/1.0/provisioning/clusters/:plan', wish);
  const plan = (metadata as { id: string }).id;
  const { operation = '' } = await change('POST', '/1.0/provisioning/clusters/:run', { plan });
  if (operation !== '') await change('GET', `${operation}/wait`);
  expect(await get('/1.0/provisioning/clusters/secretive')).toMatchObject({ status: 'ready' });
  expect(metadata).toMatchObject({ cluster: 'secretive' });
  expect(JSON.stringify(metadata)).not.toMatch(isMarked);
}

/** Which routes showed which secrets. */
async function findShown(): Promise<Record<string, string[]>> {
  const [operation = ''] = Object.values(await get('/1.0/operations')).flat() as string[];
  const values: Record<string, string> = {
    ...{ '/1.0/provisioning/servers': server, '/1.0/provisioning/clusters': 'secretive' },
    ...{ '/1.0/provisioning/cluster-templates': 'template', '/1.0/system/webhooks': 'told' },
    ...{ '/1.0/operations': operation.split('/').at(-1) ?? '', '/1.0/provisioning/channels': 'stable' },
    '/1.0/schemas': 'preseed',
  };
  const named: Record<string, string> = { artifactName: 'inputs', filename: 'application.yaml', revision: '1' };
  const shown: Record<string, string[]> = {};
  for (const { method, path } of Object.values(routes)) {
    if (method !== 'GET' || path.includes('{uuid}') || path === '/1.0/events') continue;
    const known = Object.entries(values).find(([start]) => path.startsWith(`${start}/`))?.[1] ?? '';
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(named[name] ?? known));
    for (const query of ['', '?recursion=1']) {
      const { text } = await send('GET', `${filled}${query}`);
      const found = [...new Set(text.match(isMarked))].sort();
      if (found.length > 0) shown[path] = found;
    }
  }
  return shown;
}

const setRedact = async (redact: string) => change('PUT', security, { ...(await get(security)), redact });

/** What OC shows who has full rights, so do we; also what its inventory has from Incus. */
const shownAsInOc = {
  [security]: ['Marker-acme-environment', 'Marker-acme-second', 'Marker-openfga-token'],
  '/1.0/provisioning/servers': ['Marker-bmc-password', 'Marker-recovery-key-1!'],
  '/1.0/provisioning/servers/{name}': ['Marker-bmc-password', 'Marker-recovery-key-1!'],
  '/1.0/inventory/profiles': ['Marker-variable-of-a-template'],
  '/1.0/inventory/query': ['Marker-variable-of-a-template'],
};

/** Each way to read an object of the inventory that holds one: what they show, the same from all of them. */
async function readInventory(): Promise<string[]> {
  const path = '/1.0/inventory/profiles';
  const items = (await change('GET', `${path}?recursion=1`)).metadata as { uuid: string; name: string }[];
  const uuid = items.find(({ name }) => name === 'secretive')?.uuid;
  const now = encodeURIComponent(new Date().toISOString());
  const rests = ['?recursion=1', '?recursion=1&limit=50', '?recursion=1&fields=object', `?recursion=1&as_of=${now}`]
    .concat('?recursion=1&filter=name+%3D%3D+%22secretive%22', '?recursion=1&sort=-name')
    .map((rest) => path + rest);
  const all = [...rests, `${path}/${uuid}`, `${path}/${uuid}?as_of=${now}`, '/1.0/inventory/query?kind=profile'];
  const shown = new Set<string>();
  for (const one of all) {
    const { text } = await change('GET', one);
    shown.add(/"environment.TOKEN":("[^"]*")/.exec(text)?.[1] ?? `${one}: ${text}`);
  }
  return [...shown];
}

test('secrets are shown by the routes of OC that show them, and by no other', async () => {
  expect(await findShown()).toEqual(shownAsInOc);
  expect(await readInventory()).toEqual([JSON.stringify(marked.template)]);
});

test('redacted always: no route of ours shows one; what it shows instead, sent back, changes nothing', async () => {
  const before = { security: await get(security), server: await get(serverPath()) };
  await setRedact('always');
  expect(await findShown()).toEqual({});
  expect(await readInventory()).toEqual(['"**redacted**"']);
  for (const path of [security, serverPath()]) {
    const shown = await get(path);
    expect(JSON.stringify(shown)).toContain('**redacted**');
    await change('PUT', path, shown);
  }
  // A client of OC does not know the setting, and sends it not back.
  const { redact, ...ofOc } = await get(security);
  expect(redact).toBe('always');
  await change('PUT', security, ofOc);
  expect(await get(security)).toMatchObject({ redact: 'always' });
  await setRedact('');
  expect(await get(security)).toEqual({ ...before.security, redact: '' });
  const after = await get(serverPath());
  const times = { last_updated: after['last_updated'], last_seen: after['last_seen'] };
  expect(after).toEqual({ ...before.server, ...times });
  expect(after).toMatchObject({ bmc_config: { password: marked.bmc } });
});

test('no secret stands open in a file, a log, the audit, an event or an answer to a change', () => {
  const { directory } = world.daemon;
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
  expect(files.map((path) => path.replace(`${directory}/`, ''))).toEqual(
    expect.arrayContaining(['operations-center.db', 'inventory.db']),
  );
  const found = [...files, world.daemon.log].flatMap((path) =>
    [...new Set(readFileSync(path, 'latin1').match(isMarked))].map((marker) => `${path}: ${marker}`),
  );
  expect(found).toEqual([]);
  // And it was all there to be found.
  expect(files.filter((path) => readFileSync(path, 'latin1').includes('sealed:v1:'))).not.toEqual([]);
  expect(readFileSync(world.daemon.log, 'utf8')).toContain('fleet call');
});

test('a rotation of the key seals the inventory anew: what it shows and keeps is the same, and nothing is read anew', async () => {
  const { daemon } = world;
  const path = '/1.0/inventory/profiles?recursion=1';
  const before = await send('GET', path);
  expect(before.text).toMatch(isMarked);
  const keyNames = (): unknown[] => {
    const database = new DatabaseSync(join(daemon.directory, 'inventory.db'), { readOnly: true });
    const rows = database.prepare("select distinct sealed_with from inventory_objects where sealed_with <> ''").all();
    database.close();
    return rows.map((row) => row['sealed_with']);
  };
  const [old, ...others] = keyNames();
  expect(others).toEqual([]);
  await daemon.stop();
  const environment = { ...process.env, OPERATIONS_CENTER_DIR: daemon.directory };
  const rotated = await runProgram('operations-centerd', ['rotate-key'], { env: environment });
  expect(rotated, rotated.stderr).toMatchObject({ exit: 0 });
  await daemon.restart();
  await until('the inventory is sealed anew', async () => keyNames().length === 1 && keyNames()[0] !== old);
  await change('POST', '/1.0/provisioning/clusters/secretive/:resync-inventory');
  expect((await send('GET', path)).text).toBe(before.text);
});
