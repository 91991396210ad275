import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Preflight, routes } from '@operations-center/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { healthyRequest, misjudged, problemsOf, requestCases, serverCases } from '../lib/preflight-cases.ts';
import { startWorld, until, type World } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 10 });
});
afterAll(() => world?.stop());

const set: [string, string][] = [];
afterEach(async () => {
  for (const [name, server] of set.splice(0)) await world.fleet.clearFault(name, server);
});

async function misbehave(faults: readonly string[]): Promise<void> {
  for (const fault of faults) {
    const [, name = '', server = '', argument] = /^([^@]+)@([^:]+)(?::(.*))?$/.exec(fault) ?? [];
    set.push([name, server]);
    await world.fleet.setFault(name, server, argument);
  }
}

async function check(request: Record<string, unknown> = {}): Promise<Preflight> {
  const asked = await world.daemon.client('clusters_preflight', { body: { ...healthyRequest, ...request } });
  if (asked.kind !== 'ok') throw new Error(JSON.stringify(asked));
  return asked.metadata;
}

test('a healthy fleet has nothing to be said of, and nothing but questions is asked', async () => {
  await world.fleet.clearRequests();
  const preflight = await check({
    services_config: { lvm: { enabled: true } },
    application_seed_config: { config: { 'user.ui.title': 'Mine' } },
  });
  expect(problemsOf(preflight)).toEqual([]);
  expect(preflight.findings.filter(({ verdict }) => verdict === 'skipped')).toEqual([]);
  expect(routes.clusters_preflight.answer.safeParse(preflight).error).toBeUndefined();
  const requests = await world.fleet.requests();
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  const made = await world.daemon.client('clusters_list', { query: {} });
  expect(made).toMatchObject({ metadata: [] });
});

describe('each fault of a server is caught by the check meant for it, and by no other that blocks', () => {
  test.each(serverCases.map((one) => [one.what, one.check, one] as const))('%s: %s', async (_what, _check, one) => {
    await misbehave(one.faults);
    expect(misjudged(one, await check(one.request))).toEqual([]);
  });
});

test('ten servers with five faults: the five are named with what to do, and the exit code is 1', async () => {
  await misbehave([
    'refuses-connections@server2',
    'clock-off@server3:-20',
    'holds-project@server4:theirs',
    'disk-full@server5',
    'needs-reboot@server6',
  ]);
  const names = Array.from({ length: 10 }, (_, at) => `server${at + 1}`).join(',');
  const ran = await world.daemon.cli('provisioning', 'cluster', 'check', 'fresh', '-s', names);
  expect(ran.exit).toBe(1);
  for (const [check, server] of [
    ['reachable', 'server2'],
    ['clock-skew', 'server3'],
    ['joiner-projects', 'server4'],
    ['free-space', 'server5'],
    ['no-reboot-pending', 'server6'],
  ]) {
    expect(ran.stdout).toMatch(new RegExp(`✗ ${check} +${server}: .*\\n.*\\n +→ `));
  }
});

test('cluster add is refused with everything that stands in the way, the refusal last; OC’s way keeps its one text', async () => {
  await misbehave(['refuses-connections@server2', 'disk-full@server3', 'service-missing@server4:lvm']);
  const names = ['server1', 'server2', 'server3', 'server4'];
  const config = join(world.directory, 'lvm.yaml');
  writeFileSync(config, 'lvm:\n  enabled: true\n');
  const ran = await world.daemon.cli(
    ...['provisioning', 'cluster', 'add', 'fresh', 'https://10.0.0.1:8443', '-s', names.join(','), '-c', config],
  );
  expect(ran).toMatchObject({ exit: 1, stdout: '' });
  const found = [...ran.stderr.matchAll(/^ {2}✗ (\S+) +(server\d)/gm)].map(([, check, server]) => `${check} ${server}`);
  expect(found).toEqual(expect.arrayContaining(['reachable server2', 'free-space server3', 'services-known server4']));
  const refused = ran.stderr.slice(ran.stderr.indexOf('Error: '));
  expect(refused).toContain('server2');
  expect(refused).not.toContain('✗');
  const body = { ...healthyRequest, server_names: names, services_config: { lvm: { enabled: true } } };
  const oc = await world.daemon.client('clusters_create', { body });
  if (oc.kind !== 'fault') throw new Error('refused');
  expect(oc.message).toMatch(/^Failed creating cluster: .*server2/);
  expect(oc.details).not.toHaveProperty('findings');
});

test('servers that take long for every answer, and give it, are judged by all of them', async () => {
  await misbehave(['slow@server1:400', 'slow@server2:400', 'slow@server3:400']);
  expect(problemsOf(await check())).toEqual([]);
}, 30_000);

test('each mistake of a request is caught by the check meant for it', async () => {
  const wrong: string[] = [];
  for (const one of await requestCases()) {
    wrong.push(...misjudged(one, await check(one.request)).map((text) => `${one.what}: ${text}`));
  }
  expect(wrong).toEqual([]);
});

test('the machine we run on is known, whatever it is called', async () => {
  await misbehave([`other-machine-id@server2:${readFileSync('/etc/machine-id', 'utf8').trim()}`]);
  const one = { what: '', faults: [], check: 'not-our-host', verdict: 'blocking', servers: ['server2'] } as const;
  expect(misjudged(one, await check())).toEqual([]);
});

test('a connection URL that leads to a server outside', async () => {
  const { findings } = await check({ connection_url: world.fleet.servers[6]?.url ?? '' });
  expect(findings.find((one) => one.check === 'connection-url')).toMatchObject({
    verdict: 'warning',
    servers: ['server7'],
  });
});

test('one that another operation works on', async () => {
  await misbehave(['join-hangs@server9']);
  const add = [
    'provisioning',
    'cluster',
    'add',
    'busy',
    'https://10.0.0.2:8443',
    '-s',
    'server8,server9',
    '--wait=false',
  ];
  expect((await world.daemon.cli(...add)).exit).toBe(0);
  const one = {
    what: '',
    faults: [],
    check: 'not-claimed',
    verdict: 'blocking',
    servers: ['server8', 'server9'],
  } as const;
  const also = ['not-clustered-live', 'certificate-pinned', 'nothing-running'];
  expect(misjudged({ ...one, also }, await check({ server_names: ['server1', 'server8', 'server9'] }))).toEqual([]);
  await world.daemon.cli('provisioning', 'cluster', 'remove', 'busy');
});

test('one that belongs to a cluster, and a name that is taken', async () => {
  const made = await world.daemon.cli(
    'provisioning',
    'cluster',
    'add',
    'taken',
    'https://10.0.0.1:8443',
    '-s',
    'server10',
  );
  expect(made.exit).toBe(0);
  await until('server10 to be a member', async () => {
    const { findings } = await check({ server_names: ['server10'] });
    return findings.some((one) => one.check === 'not-in-a-cluster' && one.verdict === 'blocking');
  });
  const { findings } = await check({ name: 'taken', server_names: ['server1', 'server10'] });
  const blocking = findings.filter(({ verdict }) => verdict === 'blocking').map((one) => one.check);
  expect(blocking).toEqual(expect.arrayContaining(['cluster-name-free', 'not-in-a-cluster', 'not-clustered-live']));
});

test('what is ignored stops nothing; what must not be ignored is refused', async () => {
  await misbehave(['disk-full@server1']);
  const args = ['provisioning', 'cluster', 'check', 'fresh', '-s', 'server1'];
  const ran = await world.daemon.cli(...args, '--ignore', 'free-space', '-f', 'json');
  expect(ran.exit).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({ blocked: false, summary: { blocking: 1, ignored: 1 } });
  const slip = await world.daemon.cli(...args, '--ignore', 'free-spaces');
  expect([slip.exit, slip.stderr]).toEqual([1, expect.stringContaining('did you mean "free-space"')]);
  const never = await world.daemon.cli(...args, '--ignore', 'trusts-us');
  expect([never.exit, never.stderr]).toEqual([1, expect.stringContaining('(check_not_ignorable)')]);
});
