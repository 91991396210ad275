import { setTimeout as pause } from 'node:timers/promises';
import {
  type InventoryFreshness,
  type InventoryItem,
  type InventoryKind,
  inventoryKinds,
} from '@operations-center/contract';
import { expect } from 'vitest';
import { makeEyes } from './incus-eyes.ts';
import { addCluster } from './story.ts';
import type { Trio } from './trio.ts';
import { until } from './world.ts';

export type Change = {
  did: string;
  method: 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  /** What the inventory is to show then. */
  shows: [kind: InventoryKind, is: (items: readonly InventoryItem[]) => boolean];
};

const has = (name: string) => (items: readonly InventoryItem[]) => items.some((item) => item.name === name);
const lacks = (name: string) => (items: readonly InventoryItem[]) => !has(name)(items);
const describes = (name: string, text: string) => (items: readonly InventoryItem[]) =>
  items.some((item) => item.name === name && item.object['description'] === text);
const holds = (name: string, field: string) => (items: readonly InventoryItem[]) =>
  items.some((item) => item.name === name && JSON.stringify(item.object[field] ?? []) !== '[]');

const root = { root: { type: 'disk', path: '/', pool: 'local' } };
const volumes = '/1.0/storage-pools/local/volumes/custom';

/** Somebody's own certificate; nobody has its key. */
const webAdmin = {
  fingerprint: '80a3fa4437533572b1af53236bba1cd1513dcfba3a6d11f28c1fbd86d0ee7db9',
  certificate: `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUFxLJzFBjLt1rl8zWIJNrE5zBnYAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJd2ViLWFkbWluMCAXDTI2MTEyMzE0NDI0OVoYDzIxMjYxMDMw
MTQ0MjQ5WjAUMRIwEAYDVQQDDAl3ZWItYWRtaW4wWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAREX6LhlEIl0seGe7fsPnj4B31pg91on3Di4S0DhtvsgBqnEAZrYzm2
SXQoYb3Ny5YqymwZ6Jej84jSPVRRg/GFo1MwUTAdBgNVHQ4EFgQUiiRBFan/nHI8
pdgW1g9fcNnAlCYwHwYDVR0jBBgwFoAUiiRBFan/nHI8pdgW1g9fcNnAlCYwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAozQ2Epbr0nrfXseBgrbf
36B61AYlvmu/PWYZKXeSryUCIQD3UaHapy+QdHHrJH+TJAw7Nmv3ZquauEzKObVR
DugDzQ==
-----END CERTIFICATE-----`,
};
const trusted = `/1.0/certificates/${webAdmin.fingerprint}`;

/** What an administrator does with Incus itself, one thing after the other. */
export const changes: readonly Change[] = [
  {
    did: 'add a profile',
    method: 'POST',
    path: '/1.0/profiles',
    body: { name: 'web' },
    shows: ['profile', has('web')],
  },
  {
    ...{ did: 'edit it', method: 'PATCH', path: '/1.0/profiles/web', body: { description: 'For the web' } },
    shows: ['profile', describes('web', 'For the web')],
  },
  {
    did: 'rename it',
    method: 'POST',
    path: '/1.0/profiles/web',
    body: { name: 'www' },
    shows: ['profile', has('www')],
  },
  {
    did: 'its old name is gone',
    method: 'PATCH',
    path: '/1.0/profiles/www',
    body: {},
    shows: ['profile', lacks('web')],
  },
  { did: 'delete it', method: 'DELETE', path: '/1.0/profiles/www', shows: ['profile', lacks('www')] },
  {
    ...{ did: 'edit a network', method: 'PATCH', path: '/1.0/networks/meshbr0', body: { description: 'Mesh' } },
    shows: ['network', describes('meshbr0', 'Mesh')],
  },
  { did: 'add a project', method: 'POST', path: '/1.0/projects', body: { name: 'p9' }, shows: ['project', has('p9')] },
  { did: 'delete it', method: 'DELETE', path: '/1.0/projects/p9', shows: ['project', lacks('p9')] },
  {
    ...{ did: 'trust a certificate', method: 'POST', path: '/1.0/certificates' },
    body: { name: 'web-admin', type: 'client', certificate: webAdmin.certificate },
    shows: ['certificate', has(webAdmin.fingerprint)],
  },
  {
    ...{ did: 'restrict it', method: 'PATCH', path: trusted, body: { restricted: true, projects: ['default'] } },
    shows: ['certificate', holds(webAdmin.fingerprint, 'projects')],
  },
  { did: 'trust it no more', method: 'DELETE', path: trusted, shows: ['certificate', lacks(webAdmin.fingerprint)] },
  {
    ...{ did: 'add a volume', method: 'POST', path: `${volumes}?target=server2` },
    body: { name: 'data', type: 'custom', content_type: 'filesystem' },
    shows: ['storage_volume', has('data')],
  },
  {
    ...{ did: 'edit it', method: 'PATCH', path: `${volumes}/data?target=server2`, body: { description: 'Data' } },
    shows: ['storage_volume', describes('data', 'Data')],
  },
  {
    did: 'delete it',
    method: 'DELETE',
    path: `${volumes}/data?target=server2`,
    shows: ['storage_volume', lacks('data')],
  },
  {
    ...{ did: 'create an instance', method: 'POST', path: '/1.0/instances?target=server3' },
    body: { name: 'c1', type: 'container', source: { type: 'none' }, devices: root },
    shows: ['instance', has('c1')],
  },
  {
    ...{ did: 'edit it', method: 'PATCH', path: '/1.0/instances/c1', body: { description: 'One' } },
    shows: ['instance', describes('c1', 'One')],
  },
  { did: 'delete it', method: 'DELETE', path: '/1.0/instances/c1', shows: ['instance', lacks('c1')] },
];

/** What the simulator has not got yet. */
export const onlyReal: readonly Change[] = [
  {
    ...{ did: 'create an instance', method: 'POST', path: '/1.0/instances?target=server2' },
    body: { name: 'c2', type: 'container', source: { type: 'none' }, devices: root },
    shows: ['instance', has('c2')],
  },
  {
    ...{ did: 'its volume is there', method: 'PATCH', path: '/1.0/instances/c2', body: {} },
    shows: ['storage_volume', has('c2')],
  },
  {
    ...{ did: 'take a snapshot', method: 'POST', path: '/1.0/instances/c2/snapshots', body: { name: 's0' } },
    shows: ['instance', holds('c2', 'snapshots')],
  },
  { did: 'rename it', method: 'POST', path: '/1.0/instances/c2', body: { name: 'c3' }, shows: ['instance', has('c3')] },
  {
    ...{ did: 'its volume, too', method: 'PATCH', path: '/1.0/instances/c3', body: {} },
    shows: ['storage_volume', (items) => has('c3')(items) && lacks('c2')(items)],
  },
  {
    ...{
      did: 'move it',
      method: 'POST',
      path: '/1.0/instances/c3?target=server1',
      body: { name: 'c3', migration: true },
    },
    shows: ['storage_volume', (items) => items.some(({ name, server }) => name === 'c3' && server === 'server1')],
  },
  { did: 'delete it', method: 'DELETE', path: '/1.0/instances/c3', shows: ['storage_volume', lacks('c3')] },
];

export type LiveStage = Awaited<ReturnType<typeof startLiveStage>>;

/** A cluster that stands and is followed. */
export async function startLiveStage(trio: Trio) {
  const { daemon } = trio;
  const made = await addCluster(trio, 'wonderful');
  expect(made, made.stderr).toMatchObject({ exit: 0 });
  const eyes = makeEyes(daemon);
  const freshness = async (): Promise<InventoryFreshness> => {
    const ran = await daemon.cli('inventory', 'freshness', '--cluster', 'wonderful', '-f', 'json');
    const [cluster] = JSON.parse(ran.stdout) as InventoryFreshness[];
    if (cluster === undefined) throw new Error(`no cluster: ${ran.stderr}`);
    return cluster;
  };
  const list = async (kind: InventoryKind): Promise<readonly InventoryItem[]> => {
    const path = `/1.0/inventory/${inventoryKinds[kind].segment}?recursion=1&cluster=wonderful`;
    const reply = await daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined });
    return (JSON.parse(reply.text) as { metadata: InventoryItem[] }).metadata;
  };
  /** How long it took from Incus' answer to our inventory, in milliseconds. */
  async function make(url: string, { did, method, path, body, shows: [kind, is] }: Change): Promise<number> {
    await eyes.change(method, url, path, body ?? {});
    const answered = performance.now();
    const limit = answered + 20_000;
    while (!is(await list(kind))) {
      if (performance.now() > limit) throw new Error(`${did}: not in the inventory after 20 s`);
      await pause(5);
    }
    return Math.round(performance.now() - answered);
  }
  await until('the cluster to be followed', async () => (await freshness()).live);
  return { ...trio, eyes, freshness, list, make };
}

/** Every change shows, without a scan; how long each took. */
export async function tellLiveStory(
  { servers, make }: LiveStage,
  all: readonly Change[] = changes,
): Promise<{ did: string; ms: number }[]> {
  const [{ url } = { url: '' }] = servers;
  const told: { did: string; ms: number }[] = [];
  for (const change of all) told.push({ did: change.did, ms: await make(url, change) });
  return told;
}

/** The member that tells the events dies; what is changed before another one tells them is not missed. */
export async function tellLostMemberStory(stage: LiveStage): Promise<{ before: string; after: string; ms: number }> {
  const { member: before } = await stage.freshness();
  const other = stage.servers.find(({ name }) => name !== before);
  if (before === '' || other === undefined) throw new Error('nobody tells the events');
  await stage.down(before);
  const body = { name: 'missed' };
  const shows: Change['shows'] = ['profile', has('missed')];
  try {
    const ms = await stage.make(other.url, { did: 'change it', method: 'POST', path: '/1.0/profiles', body, shows });
    // A real Incus answers a list that a silent member has a part in only after it has waited for that member.
    await until('another member to tell the events', async () => (await stage.freshness()).live, 150_000);
    return { before, after: (await stage.freshness()).member, ms };
  } finally {
    await stage.up(before);
  }
}

/** All members end, and come back: the inventory is kept, and says of itself that it is stale. */
export async function tellLostClusterStory(stage: LiveStage): Promise<InventoryFreshness> {
  const names = stage.servers.map(({ name }) => name);
  const known = (await stage.list('profile')).length;
  await Promise.all(names.map(stage.down));
  await until('that to be noticed', async () => (await stage.freshness()).reason !== '', 90_000);
  const lost = await stage.freshness();
  expect(await stage.list('profile')).toHaveLength(known);
  await Promise.all(names.map(stage.up));
  await until('the cluster to be followed again', async () => (await stage.freshness()).live, 90_000);
  return lost;
}
