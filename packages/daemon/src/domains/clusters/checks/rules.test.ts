import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogue } from './catalogue.rules.ts';
import type { Outcome } from './check.ts';
import { checkIgnore } from './ignore.rules.ts';
import { overlap, subnetOf } from './of-networks/ip-addresses.rules.ts';
import { usesOf } from './of-servers/service-uses.rules.ts';
import { runChecks } from './run-checks.rules.ts';
import { allFacts, factsOf, read, unread } from './test-facts.ts';

const run = (name: string, facts: Parameters<typeof runChecks>[0]): readonly Outcome[] =>
  catalogue.find((check) => check.name === name)?.run(facts) ?? [];

test.each([
  ['10.0.8.11/24', '10.0.8.200/24', true],
  ['10.0.8.11/24', '10.0.9.11/24', false],
  ['10.0.0.0/8', '10.200.3.4/32', true],
  ['fd00:8::11/64', 'fd00:8::/48', true],
  ['fd00:8::11/64', 'fd00:9::11/64', false],
  ['::1/128', '0.0.0.1/32', false],
])('%s and %s have addresses in common: %s', (one, other, expected) => {
  expect(overlap(subnetOf(one) ?? '', subnetOf(other) ?? '')).toBe(expected);
});

test.each(['none', 'auto', '10.0.0.1', '10.0.0.1/33', '10.0.0.999/8', 'fd00::1/x', ''])('%s is no subnet', (text) => {
  expect(subnetOf(text)).toBeUndefined();
});

test.each([
  [[0, 90, 0], 'its clock is wrong: 2 of 3 servers agree with us', /os system network edit server2: set time/],
  [[0, -90], 'its clock is wrong: 1 of 2 servers agree with us', /os system network edit server2: set time/],
  [[0, 90, 90], 'one of the two clocks is wrong', /this machine/],
  [[90, 90, 90], 'one of the two clocks is wrong', /this machine/],
  [[90], 'one of the two clocks is wrong', /this machine/],
])('servers that are %s s off: whose clock is to be set', (offsets, cause, remedy) => {
  const servers = offsets.map((seconds, at) => {
    const date = 1_800_000_000_000 + seconds * 1000;
    const ping = read({ asked_at: 1_800_000_000_000, answered_at: 1_800_000_000_010, date });
    return factsOf(`server${at + 1}`, { ping });
  });
  const [finding] = runChecks(allFacts(servers), []).filter(({ check }) => check === 'clock-against-ours');
  expect(finding).toMatchObject({ verdict: 'warning', cause, remedy: expect.stringMatching(remedy) });
});

test('clocks are never said to be further apart than they are, and never agree when they are far apart', () => {
  const ping = (skewMs: number, askedAt: number, wayMs: number, lookedMs: number) => ({
    asked_at: askedAt,
    answered_at: askedAt + wayMs,
    // Whole seconds, somewhere between question and answer.
    date: Math.floor((askedAt + Math.min(lookedMs, wayMs) + skewMs) / 1000) * 1000,
  });
  const way = fc.integer({ min: 0, max: 900 });
  const tried = fc.check(
    fc.property(fc.integer({ min: -20_000, max: 20_000 }), way, way, way, way, (skewMs, a, b, c, d) => {
      const servers = [
        factsOf('server1', { ping: read(ping(0, 1_800_000_000_123, a, b)) }),
        factsOf('server2', { ping: read(ping(skewMs, 1_800_000_000_456, c, d)) }),
      ];
      const [outcome] = run('clock-skew', allFacts(servers)).filter(({ verdict }) => verdict !== 'ok');
      const told = Number(/at least ([\d.]+) s/.exec(outcome?.seen ?? '')?.[1] ?? 0) * 1000;
      const most = Math.abs(skewMs);
      // Two headers of whole seconds and two ways.
      return told <= most + 50 && (told > 0 || most < 2_000 + 2_000 + a + c);
    }),
    { seed: 7, numRuns: 2_000 },
  );
  expect(tried.counterexample).toBeNull();
});

const tenOf = (live: (odd: boolean) => Parameters<typeof factsOf>[1]) =>
  allFacts(Array.from({ length: 10 }, (_, at) => factsOf(`server${at + 1}`, live(at === 0))));
const pingOf = (skewMs: number) =>
  read({ date: 1_800_000_000_000 + skewMs, asked_at: 1_800_000_000_000, answered_at: 1_800_000_000_050 });
const environmentOf = (os_version: string) =>
  read({
    environment: { hostname: '', os_name: '', os_version, os_version_next: '', system_is_ready: true },
  });

test.each([
  ['clock-skew', 'blocking', tenOf((odd) => ({ ping: pingOf(odd ? 20_000 : 0) }))],
  ['os-version-alike', 'warning', tenOf((odd) => ({ environment: environmentOf(odd ? '2' : '1') }))],
])('%s: the first of ten is the odd one, and is named alone', (name, verdict, facts) => {
  expect(run(name, facts).map((one) => [one.verdict, one.servers])).toEqual([[verdict, ['server1']]]);
});

test('of two clocks that differ the one that is not ours is off', () => {
  const facts = allFacts([factsOf('server1', { ping: pingOf(-20_000) }), factsOf('server2', { ping: pingOf(0) })]);
  expect(run('clock-skew', facts)).toMatchObject([{ verdict: 'blocking', servers: ['server1'] }]);
});

test('what was not read is skipped with its reason, and hides nothing that was', () => {
  const bad = factsOf('server2', {
    update: read({
      config: { auto_reboot: true, channel: '', check_frequency: '6h' },
      state: { status: '', needs_reboot: false },
    }),
  });
  const silent = factsOf('server3', { update: unread('server3: GET /: connection refused') });
  expect(run('no-restart-by-itself', allFacts([bad, silent]))).toEqual([
    expect.objectContaining({ verdict: 'warning', servers: ['server2'] }),
    expect.objectContaining({ verdict: 'skipped', servers: ['server3'], cause: 'server3: GET /: connection refused' }),
  ]);
});

test('with nothing read no check fails, and none says that a server is well which it could not ask', () => {
  const findings = runChecks(allFacts([factsOf('server1'), factsOf('server2'), factsOf('server3')]), []);
  expect(findings.filter(({ cause }) => cause?.startsWith('the check itself failed'))).toEqual([]);
  expect(findings.filter(({ check }) => check === 'reachable')).toMatchObject([{ verdict: 'blocking' }, {}, {}]);
  for (const live of [
    'trusts-us',
    'not-clustered-live',
    'joiner-pools',
    'tpm',
    'free-space',
    'clock-skew',
    'pool-drivers',
  ])
    expect(findings.filter(({ check }) => check === live).map(({ verdict }) => verdict)).not.toContain('ok');
});

test('without servers no check fails', () => {
  const findings = runChecks(allFacts([]), []);
  expect(findings.filter(({ cause }) => cause?.startsWith('the check itself failed'))).toEqual([]);
});

test.each([
  [
    'nvme',
    { subsystems: [{ nqn: 'a', controllers: [{ address: 'traddr=10.0.0.1,trsvcid=1' }] }] },
    { targets: [{ address: '10.0.0.1' }] },
    [],
  ],
  [
    'nvme',
    { subsystems: [{ nqn: 'a', controllers: [{ address: 'traddr=10.0.0.1,trsvcid=1' }] }] },
    { targets: [{ address: '10.0.0.2' }] },
    ['a'],
  ],
  ['nvme', { subsystems: [{ nqn: 'a', controllers: [] }] }, { targets: [{ address: '10.0.0.2', nqn: 'a' }] }, []],
  ['multipath', { devices: { '0x1': {}, '0x2': {} } }, { wwns: ['0x2'] }, ['0x1']],
  ['lvm', { vgs: [{ vg_name: 'shared' }] }, {}, []],
])('%s: what is lost', (name, state, wanted, lost) => {
  const document = { config: { enabled: true }, state };
  expect(usesOf(name, document, { enabled: true, ...wanted }).lost).toEqual(lost);
  expect(usesOf(name, { ...document, config: { enabled: false } }, { enabled: false }).lost).toEqual([]);
});

test('switching lvm off loses its volume groups', () => {
  const document = { config: { enabled: true }, state: { vgs: [{ vg_name: 'shared' }] } };
  expect(usesOf('lvm', document, { enabled: false }).lost).toEqual(['volume group shared']);
});

test.each([
  ['loki.api.url', true],
  ['logging.mine.target.address', true],
  ['user.anything', true],
  ['core.trust_passwort', false],
])('the key %s is known: %s', (key, known) => {
  const facts = allFacts([factsOf('server1')], { config: { [key]: 'x' } });
  const keys = read({
    local_scope: {},
    server: ['loki.api.url', 'logging.NAME.target.address', 'core.trust_password'],
  });
  expect(run('config-keys', { ...facts, keys }).map(({ verdict }) => verdict)).toEqual([known ? 'ok' : 'blocking']);
});

test.each<[string, object, string | undefined]>([
  ['a project that is a path', { projects: [{ name: 'p/../q' }] }, 'project "p/../q" contains a slash'],
  ['a project that is reserved', { projects: [{ name: '*' }] }, 'project "*" is a reserved word'],
  ['a bridge that is too long', { networks: [{ name: 'a-bridge-of-16-c' }] }, 'network "a-bridge-of-16-c" is longer'],
  ['a bridge that just fits', { networks: [{ name: 'a-bridge-of-15c' }] }, undefined],
  ['a long network that is no interface', { networks: [{ name: 'an-ovn-network-of-24-c', type: 'ovn' }] }, undefined],
  ['a control character', { networks: [{ name: 'a\u001b[2J' }] }, 'network "a\\u001b[2J" contains a control'],
  ['a volume', { storage_volumes: [{ name: '..', pool: 'local' }] }, 'volume ".." is a path'],
  ['a profile', { profiles: [{ name: 'a b' }] }, 'profile "a b" contains white space'],
  ['$ ? &', { profiles: [{ name: 'a$b' }, { name: 'c?d' }, { name: 'e&f' }] }, 'profile "a$b" contains $'],
  ['its end', { storage_pools: [{ name: 'fast-', driver: 'zfs' }] }, 'pool "fast-" does not begin and end with'],
  ['a project', { projects: [{ name: 'team_a' }] }, 'project "team_a" contains an underscore'],
  ['a bridge', { networks: [{ name: 'br#0', type: 'bridge' }] }, 'network "br#0" contains #, which no interface'],
  ['a short bridge', { networks: [{ name: 'b' }] }, 'network "b" is shorter'],
  [
    'what Incus took',
    {
      profiles: [{ name: 'a;b' }],
      storage_pools: [{ name: 'a_b~c%d', driver: 'zfs' }],
      networks: [{ name: 'a_b' }, { name: '1ab' }, { name: 'a#b', type: 'macvlan' }],
    },
    undefined,
  ],
  ['a pool', { storage_pools: [{ name: 'a/b', driver: 'zfs' }] }, 'pool "a/b" contains a slash'],
  ['a group', { cluster_groups: [{ name: 'a\nb' }] }, 'cluster group "a\\nb" contains a control'],
])('item-names: %s', (_what, preseed, seen) => {
  const [outcome] = run('item-names', allFacts([factsOf('server1')], preseed));
  expect(outcome?.verdict).toBe(seen === undefined ? 'ok' : 'blocking');
  expect(outcome?.seen).toContain(seen ?? 'all can be taken');
});

test('a remedy names the server it is for', () => {
  const server = { ...factsOf('server7'), server: { ...factsOf('server7').server, status: 'offline' as const } };
  const [finding] = runChecks(allFacts([server]), []).filter(({ check }) => check === 'server-ready');
  expect(finding?.remedy).toBe('operations-center provisioning server resync server7');
});

test('what may not be ignored, or does not exist, is refused by name', () => {
  expect(() => checkIgnore(['clock-skew', 'tpm'])).not.toThrow();
  expect(() => checkIgnore(['clock-skev'])).toThrow(expect.objectContaining({ code: 'check_unknown' }));
  expect(() => checkIgnore(['not-our-host'])).toThrow(expect.objectContaining({ code: 'check_not_ignorable' }));
});

test('our own host is known by its machine id, its system UUID or its address', () => {
  const environment = read({
    environment: {
      hostname: 'x',
      machine_id: 'AB12',
      os_name: '',
      os_version: '',
      os_version_next: '',
      system_is_ready: true,
    },
  });
  const facts = allFacts([factsOf('server1', { environment })]);
  const own = (host: object) => ({ ...facts, own: { ...facts.own, host: { ...facts.own.host, ...host } } });
  const verdicts = [{}, { machine_id: 'ab12' }, { system_uuid: 'uuid-of-server1' }, { addresses: ['server1'] }].map(
    (host) => run('not-our-host', own(host))[0]?.verdict,
  );
  expect(verdicts).toEqual(['ok', 'blocking', 'blocking', 'blocking']);
});
