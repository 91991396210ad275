import { normalisePreseed, type Preseed } from '@operations-center/documents';
import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { makeSealer } from '../../../platform/keys/sealing.ts';
import type { LastApplied, MemberValues } from './apply.ts';
import { openChanges } from './describe-apply.plan.ts';
import { type ApplyAsk, itemsToLookAt, type LiveItem, planApply } from './plan-apply.plan.ts';

const sealer = makeSealer(Buffer.alloc(32, 7));
const names = ['server1', 'server2'];
const members = names.map((name) => ({ name, url: `https://${name}:8443`, pins: [name] }));
const around = { members, drivers: { local: 'zfs' }, localScope: { storage_zfs: ['source'] }, ownFingerprint: '' };

const read = (seed: object): Preseed => {
  const preseed = normalisePreseed(seed);
  if (!preseed.ok) throw new Error(JSON.stringify(preseed.problems));
  return preseed.value;
};

const ofAll = (body: LiveItem['body'], own: LiveItem['body'] = {}): LiveItem => ({
  body,
  members: Object.fromEntries(names.map((name) => [name, own])),
});

/** What each file came to when it was applied, as if nobody had a hand in since. */
function remember(seed: object): LastApplied {
  const { plan } = planApply({ ...asking(seed, {}), last: undefined }, sealer);
  return plan.next;
}

type Given = { before?: object; live?: ApplyAsk['live']; take?: ApplyAsk['take']; last?: LastApplied };

function asking(seed: object, { before = {}, live = {}, take = {}, last }: Given): ApplyAsk {
  return {
    ...around,
    cluster: { id: 'c', name: 'wonderful' },
    through: 'server1',
    seed,
    ...{ servicesGiven: {}, overridesGiven: {}, builtInsGiven: false, own: {}, ownBefore: {} },
    services: { services: [], already: [], problems: [] },
    preseed: read(seed),
    preseedBefore: read(before),
    last,
    live,
    take,
    notes: [],
    secretTexts: [],
  };
}

function plan(seed: object, given: Given) {
  const last = given.last ?? (given.before === undefined ? undefined : remember(given.before));
  const planned = planApply(asking(seed, { ...given, ...(last === undefined ? {} : { last }) }), sealer);
  const items = planned.plan.items.map((item) => [
    item.key,
    item.action,
    ...openChanges(item, sealer).map(
      ({ member, field, before, after }) => `${member === '' ? '' : `${member} `}${field}: ${before} → ${after}`,
    ),
  ]);
  return { ...planned, items };
}

const web = { name: 'web', description: 'Web', config: { 'limits.cpu': '2' } };
const liveWeb = { description: 'Web', config: { 'limits.cpu': '2' }, devices: {} };

test('a changed field of a profile is all that is done; keys no file spoke of stay', () => {
  const planned = plan(
    { profiles: [{ ...web, description: 'The web' }] },
    {
      before: { profiles: [web] },
      live: { 'profile/default/web': ofAll({ ...liveWeb, config: { ...liveWeb.config, 'user.by': 'hand' } }) },
    },
  );
  expect(planned).toMatchObject({
    items: [['profile/default/web', 'change', 'description: Web → The web']],
    differences: [],
    problems: [],
    already: [],
    left: [],
  });
});

test('what is gone is made again, what left the file stays', () => {
  const planned = plan({ profiles: [web] }, { before: { profiles: [web, { name: 'old' }] }, live: {} });
  expect(planned.items).toEqual([['profile/default/web', 'create']]);
  expect(planned.left).toEqual(['profile/default/old']);
  // It is still known: what was made by us may be asked for later.
  expect(Object.keys(planned.plan.next.items)).toContain('profile/default/old');
});

test('the last key that leaves the file is unset, though the file has no configuration any more', () => {
  const before = { config: { 'user.ui.title': 'Ours' } };
  const live = { 'server-config': ofAll({ config: { 'user.ui.title': 'Ours', 'core.bgp_asn': '1' } }) };
  const planned = plan({}, { before, live });
  expect(planned.items).toEqual([['server-config', 'change', 'config.user.ui.title: Ours → null']]);
  expect(planned.left).toEqual([]);
});

test('members are brought to their own keys, each by itself', () => {
  const seed = { networks: [{ name: 'up', type: 'physical', config: { parent: 'eth1', mtu: '9000' } }] };
  const key = 'network/default/up';
  const body = { type: 'physical', managed: true, status: 'Created', config: {} };
  const own = (parent: string) => ({ ...body, config: { parent } });
  const live = { [key]: { body, members: { server1: own('eth1'), server2: own('eth0') } } };
  const taken = plan(seed, { live, take: { [`${key}:parent@server2`]: 'file' } });
  expect(taken.items).toEqual([[key, 'change', 'config.mtu: null → 9000', 'server2 config.parent: eth0 → eth1']]);
  expect(plan(seed, { live }).differences).toMatchObject([{ name: `${key}:parent@server2`, taken: null }]);
});

test('both changed it: a person takes a side, by name, by item or for all', () => {
  const seed = { profiles: [{ ...web, config: { 'limits.cpu': '4' } }] };
  const key = 'profile/default/web';
  const given = {
    before: { profiles: [web] },
    live: { [key]: ofAll({ ...liveWeb, config: { 'limits.cpu': '8' } }) },
  };
  expect(plan(seed, given)).toMatchObject({ items: [], differences: [{ name: `${key}:limits.cpu`, taken: null }] });
  for (const name of [`${key}:limits.cpu`, key, '']) {
    expect(plan(seed, { ...given, take: { [name]: 'file' } }).items).toEqual([
      [key, 'change', 'config.limits.cpu: 8 → 4'],
    ]);
  }
  const kept = plan(seed, { ...given, take: { '': 'live' } });
  expect(kept.items).toEqual([]);
  // From now on the file is what was applied: the same again is no conflict.
  const again = plan(seed, { before: seed, last: kept.plan.next, live: given.live });
  expect(again.differences).toMatchObject([{ kind: 'drift', taken: 'live' }]);
});

test.each<[string, object, string, LiveItem['body'], LiveItem['body'], RegExp]>([
  [
    'another driver',
    { storage_pools: [{ name: 'p', driver: 'dir' }] },
    'storage-pool/p',
    { driver: 'zfs', config: {} },
    {},
    /with driver zfs, not dir/,
  ],
  [
    'another source',
    { storage_pools: [{ name: 'p', driver: 'zfs', config: { source: 'b/p' } }] },
    'storage-pool/p',
    { driver: 'zfs', config: {} },
    { config: {} },
    /source of storage pool p would change/,
  ],
  [
    'another type',
    { networks: [{ name: 'n', type: 'macvlan' }] },
    'network/default/n',
    { type: 'bridge', managed: true, config: {} },
    { config: {} },
    /with type bridge, not macvlan/,
  ],
  [
    'one that somebody began to make',
    { networks: [{ name: 'n', type: 'bridge' }] },
    'network/default/n',
    { type: 'bridge', managed: true, status: 'Errored', config: {} },
    { config: {} },
    /in state Errored/,
  ],
  [
    'features of a project that holds something',
    { projects: [{ name: 'team', config: { 'features.images': 'false' } }] },
    'project/team',
    { config: {}, used_by: ['/1.0/profiles/default?project=team', '/1.0/instances/c1?project=team'] },
    {},
    /features of project team would change/,
  ],
])('%s is found before Incus refuses it', (_, seed, key, body, own, told) => {
  const planned = plan(seed, { live: { [key]: ofAll(body, own) } });
  expect(planned.items).toEqual([]);
  expect(planned.problems).toMatchObject([{ item: key, what: expect.stringMatching(told) }]);
});

test('defaults are not merged again, the mesh network is ours, and so is our certificate', async () => {
  const own = await makeCertificate({ commonName: 'operations-center' });
  const seed = {
    networks: [{ name: 'meshbr0' }],
    certificates: [{ type: 'client', name: 'us', restricted: true, certificate: own.certificate }],
  };
  const ask = { ...asking(seed, {}), ownFingerprint: own.fingerprint };
  expect(itemsToLookAt(ask).items).toEqual([]);
  const { plan: made } = planApply(ask, sealer);
  expect(made.items).toEqual([]);
  expect(made.notes.map(({ code }) => code)).toEqual(['mesh_network_replaced']);
});

test('what is remembered holds the file, and of the file before all it did not speak of', () => {
  const before = { profiles: [web] };
  const last = remember(before);
  const key = 'profile/default/web';
  const known = last.items[key];
  if (known === undefined) throw new Error('it was applied');
  // A default that was applied beside the file.
  const values = { '': { ...JSON.parse(sealer.open(known.values))[''], 'devices.eth0': '{}' } };
  const withDefault = { ...last, items: { [key]: { ...known, values: sealer.seal(JSON.stringify(values)) } } };
  const { plan: made } = plan(
    { profiles: [{ name: 'web', config: { 'limits.memory': '1GiB' } }] },
    { before, last: withDefault, live: { [key]: ofAll(liveWeb) } },
  );
  const next = JSON.parse(sealer.open(made.next.items[key]?.values ?? sealer.seal('{}'))) as MemberValues;
  expect(next).toEqual({ '': { 'devices.eth0': '{}', 'config.limits.memory': '1GiB' } });
});
