import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { makeSealer } from '../../../../platform/keys/sealing.ts';
import { openItem } from '../../plan/open-item.ts';
import type { PlannedItem } from '../../plan/plan.ts';
import type { AppliedItem, LastApplied } from '../apply.ts';
import { valuesOfItem } from '../item-values.plan.ts';
import { type LiveCandidate, listCandidates, type PruneLook, planPrunes } from './plan-prunes.plan.ts';

const sealer = makeSealer(Buffer.alloc(32, 7));
const seal = (value: unknown) => sealer.seal(JSON.stringify(value));

type Told = { made?: boolean; in_file?: boolean; perMember?: Record<string, object> };

function applied(key: string, wanted: object, { made = true, in_file = true, perMember }: Told = {}): AppliedItem {
  const [kind = '', ...rest] = key.split('/');
  const item: PlannedItem = {
    ...{ key, kind: kind as PlannedItem['kind'], name: rest.at(-1) ?? '', action: 'create', after: [] },
    project: kind === 'profile' || kind === 'network' ? (rest[0] ?? '') : '',
    pool: kind === 'storage-volume' ? (rest[0] ?? '') : '',
    wanted: seal(wanted),
    per_member:
      perMember === undefined
        ? null
        : Object.fromEntries(Object.entries(perMember).map(([name, one]) => [name, seal(one)])),
  };
  return { item, made, in_file, values: seal(valuesOfItem(openItem({ sealer }, item))) };
}

const live = (body: object, more: Partial<LiveCandidate> = {}): LiveCandidate => ({
  body: { ...body },
  members: {},
  users: [],
  profile: null,
  ...more,
});

function plan(
  known: readonly AppliedItem[],
  look: PruneLook['live'],
  more: { inFile?: string[]; clients?: string[] } = {},
) {
  const items = Object.fromEntries(known.map((one) => [one.item.key, one]));
  const last: LastApplied = { seed: seal({}), services: seal({}), overrides: seal({}), built_ins: false, items };
  const candidates = listCandidates(last, more.inFile ?? []);
  const ask = { candidates, last, look: { live: look, clients: more.clients ?? ['us', 'me'] }, ownFingerprint: 'us' };
  const { prunes, kept, gone } = planPrunes(ask, sealer);
  return {
    doomed: prunes.map(({ key, after }) => [key, after]),
    kept: kept.map(({ item, why }) => [item, why]),
    gone,
    prunes,
  };
}

const web = { name: 'web', description: 'Web', config: { 'limits.cpu': '2' }, devices: {} };

test('what we made and no file speaks of any more goes; what is gone is forgotten', () => {
  const known = [
    applied('profile/default/web', web),
    applied('profile/default/old', {}),
    applied('profile/default/new', web),
  ];
  const found = { 'profile/default/web': live(web) };
  expect(plan(known, found, { inFile: ['profile/default/new'] })).toMatchObject({
    doomed: [['profile/default/web', []]],
    kept: [],
    gone: ['profile/default/old'],
  });
});

test.each<[string, AppliedItem, string | undefined]>([
  ['a volume', applied('storage-volume/fast/default/data', {}), 'a volume may hold data: delete it by hand'],
  ['a pool local', applied('storage-pool/local', {}), 'Incus and Operations Center stand on it'],
  ['the mesh network', applied('network/default/meshbr0', {}), 'Incus and Operations Center stand on it'],
  ['the group default', applied('cluster-group/default', {}), 'Incus and Operations Center stand on it'],
  ['the project internal', applied('project/internal', {}), 'Incus and Operations Center stand on it'],
  ['what is in it', applied('profile/internal/web', {}), 'Incus and Operations Center stand on it'],
  ['a profile default', applied('profile/team/default', {}), 'each project has one'],
  ['what others made', applied('profile/default/web', web, { made: false }), 'it was there before it was applied'],
  ['what came from our defaults', applied('network/default/incusbr0', {}, { in_file: false }), undefined],
])('%s stays, whatever the cluster shows', (_, item, why) => {
  const { doomed, kept } = plan([item], { [item.item.key]: live({}) });
  expect(doomed).toEqual([]);
  expect(kept).toEqual(why === undefined ? [] : [[item.item.key, why]]);
});

test.each<[string, object, string]>([
  ['a field', { ...web, description: 'By hand' }, 'others changed description since it was applied'],
  ['a key more', { ...web, config: { ...web.config, 'user.by': 'x' } }, 'others changed user.by since it was applied'],
  ['a device more', { ...web, devices: { gpu: { type: 'gpu' } } }, 'others changed devices.gpu since it was applied'],
])('what others changed stays: %s', (_, body, why) => {
  expect(plan([applied('profile/default/web', web)], { 'profile/default/web': live(body) }).kept).toEqual([
    ['profile/default/web', why],
  ]);
});

test('what Incus wrote itself is nobody’s change, and is not made again', () => {
  const item = applied(
    'storage-pool/fast',
    { description: 'Fast', config: {} },
    { perMember: { server1: { source: '/dev/sdb' } } },
  );
  const body = { name: 'fast', driver: 'lvm', description: 'Fast', config: {} };
  const config = { source: 'fast', 'lvm.vg_name': 'fast', 'volatile.initial_source': '/dev/sdb', size: '8GiB' };
  const found = { 'storage-pool/fast': live(body, { members: { server1: { ...body, config } } }) };
  const [pool] = plan([item], found).prunes.map((one) => openItem({ sealer }, one));
  expect(pool).toMatchObject({
    wanted: { name: 'fast', driver: 'lvm', config: {} },
    perMember: { server1: { source: '/dev/sdb' } },
  });
});

test('what is used stays, and all that this uses', () => {
  const known = [
    applied('network/default/br0', {}),
    applied('profile/default/web', web),
    applied('storage-pool/fast', {}),
    applied('project/team', {}),
  ];
  const found = {
    'network/default/br0': live({}, { users: ['/1.0/profiles/web'] }),
    'profile/default/web': live(web, { users: ['/1.0/instances/c1', '/1.0/instances/c2?project=team'] }),
    'storage-pool/fast': live(
      {},
      { users: ['/1.0/storage-pools/fast/volumes/custom/data?project=team&target=server1'] },
    ),
    'project/team': live(
      {},
      { users: ['/1.0/images/0123456789abcdef?project=team', '/1.0/profiles/default?project=team'] },
    ),
  };
  expect(plan(known, found)).toMatchObject({
    doomed: [],
    kept: [
      ['profile/default/web', 'used by instance c1, instance c2 (project team)'],
      ['storage-pool/fast', 'used by storage volume fast/data (project team) on server1'],
      ['project/team', 'used by image 0123456789abcdef (project team)'],
      ['network/default/br0', 'used by profile web'],
    ],
  });
});

test('what is used only by what goes, too, goes after it; a profile default goes with its project', () => {
  const known = [
    applied('project/team', {}),
    applied('network/default/br0', {}),
    applied('profile/team/web', web),
    applied('profile/team/default', { devices: { eth0: { type: 'nic', network: 'br0' } } }),
  ];
  const profile = { description: 'Default Incus profile', devices: { eth0: { type: 'nic', network: 'br0' } } };
  const found = {
    'project/team': live(
      {},
      { users: ['/1.0/profiles/default?project=team', '/1.0/profiles/web?project=team'], profile },
    ),
    'network/default/br0': live(
      {},
      { users: ['/1.0/profiles/default?project=team', '/1.0/profiles/web?project=team'] },
    ),
    'profile/team/web': live(web),
  };
  expect(plan(known, found)).toMatchObject({
    doomed: [
      ['project/team', ['profile/team/web']],
      ['network/default/br0', ['project/team', 'profile/team/web']],
      ['profile/team/web', []],
    ],
    kept: [],
    gone: ['profile/team/default'],
  });
  // What somebody put into it is theirs.
  const theirs = { 'project/team': live({}, { profile: { ...profile, config: { 'limits.cpu': '1' } } }) };
  expect(plan(known.slice(0, 1), theirs).kept).toEqual([
    ['project/team', 'others changed its profile default: limits.cpu'],
  ]);
});

test('somebody beside us must keep a certificate, with full rights if there is one; ours and servers’ stay', async () => {
  const pairs = await Promise.all(['a', 'b'].map((commonName) => makeCertificate({ commonName, usage: 'client' })));
  const known = pairs.map(({ certificate }, at) =>
    applied(`certificate/${at}`, { type: 'client', name: 'c', certificate, restricted: at === 1, projects: [] }),
  );
  const found = (type: string) =>
    Object.fromEntries(
      pairs.map(({ certificate }, at) => [
        `certificate/${at}`,
        live({ type, name: 'c', certificate, restricted: at === 1, projects: [] }),
      ]),
    );
  const all = pairs.map(({ fingerprint }) => fingerprint);
  expect(plan(known, found('client'), { clients: ['us', ...all] })).toMatchObject({
    doomed: [['certificate/1', []]],
    kept: [['certificate/0', expect.stringContaining('the last client certificate')]],
  });
  expect(plan(known, found('client'), { clients: ['us', 'other', ...all] }).doomed).toHaveLength(2);
  expect(plan(known, found('server')).kept.map(([, why]) => why)).toEqual(Array(2).fill('it is a server certificate'));
});
