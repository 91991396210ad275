import type { GrowthWish } from '../content.ts';
import type { ConfigMap, Database, Devices, MemberRow } from '../database.ts';
import { DEFAULT_FEATURES } from '../database.ts';
import type { Machine } from '../machine.ts';
import { seedNumber } from './grain.ts';
import { growItems } from './grow-items.ts';
import { growVolumes } from './grow-volumes.ts';

/**
 * Who looks at all that a cluster has, or listens to all of it, finds it full. Not before: servers that are to be
 * clustered must be empty, and a creation that is taken back must find no more than it made.
 */
export function growIfDue({ store, world }: Machine): void {
  const { data } = store;
  const ready = data.cluster !== null && data.pools.some((pool) => pool.status === 'Created');
  if (world.content === undefined || data.growth !== undefined || !ready) return;
  grow(data, world.clock.nowMs(), world.content);
}

const ROLES = ['web', 'db', 'cache', 'worker', 'build', 'proxy'] as const;
/** Untouched instances share it. */
const NOTHING = Object.freeze({});

/**
 * Fills a cluster, as if all of it had long been there: rows without events. Instances stay numbers until somebody looks
 * at one. Throws a TypeError if there is nothing that instances could be on.
 */
export function grow(data: Database, nowMs: number, wish: GrowthWish): void {
  if (data.growth !== undefined) throw new TypeError('it has grown already');
  const pool = data.pools.find((row) => row.status === 'Created');
  if (pool === undefined) throw new TypeError('there is no storage pool that instances could be on: create one first');
  const seed = `${wish.seed} ${data.members.map(({ name }) => name).join(' ')}`;
  const total = wish.instancesPerServer * data.members.length;
  const projects = ['default', ...Array.from({ length: wish.projects }, (_, place) => `team-${place + 1}`)];
  const networks = growNetworks(data, Math.max(1, Math.ceil(data.members.length / 5)));
  for (const name of projects) growProject(data, name, pool.name, networks[0] ?? '');
  const parts = { data, seed, nowMs, total, projects, networks, pool: pool.name };
  const image = growItems(parts);
  growVolumes(parts);
  data.growth = { seed, seedNumber: seedNumber(seed), at: nowMs, pool: pool.name, networks, image };
  growInstances(data, data.members, projects, wish.instancesPerServer);
}

function growInstances(data: Database, members: readonly MemberRow[], projects: readonly string[], each: number): void {
  let grain = 0;
  for (const { id } of members) {
    for (let made = 0; made < each; made += 1) {
      grain += 1;
      const project = projects[(grain * 7) % projects.length] ?? 'default';
      data.instances.push({
        project,
        name: `${ROLES[grain % ROLES.length]}${grain}`,
        member: id,
        grain,
        fields: NOTHING,
      });
    }
  }
}

function growNetworks(data: Database, count: number): string[] {
  const names = Array.from({ length: count }, (_, place) => `net-${place + 1}`);
  names.forEach((name, place) => {
    // Half of 10/8 and more is left to networks that are made by request.
    const config = { 'ipv4.address': `10.${200 + (place % 50)}.0.1/16`, 'ipv4.nat': 'true', 'ipv6.address': 'none' };
    addNetwork(data, name, 'bridge', config);
  });
  for (const name of ['ovn-1', 'ovn-2'])
    addNetwork(data, name, 'ovn', { network: 'none', 'ipv4.address': '10.199.0.1/16' });
  return names;
}

/** What somebody made under such a name stays as it is. */
function addNetwork(data: Database, name: string, type: string, config: ConfigMap): void {
  if (data.networks.some((row) => row.name === name && row.project === 'default')) return;
  const on = Object.fromEntries(data.members.map(({ id }) => [id, { config: {}, status: 'Created' as const }]));
  data.networks.push({ name, type, driver: type, project: 'default', description: '', config, status: 'Created', on });
}

function growProject(data: Database, name: string, pool: string, network: string): void {
  if (!data.projects.some((row) => row.name === name)) {
    data.projects.push({ name, description: `Project ${name}`, config: { ...DEFAULT_FEATURES } });
    const description = `Default Incus profile for project ${name}`;
    data.profiles.push({ project: name, name: 'default', description, config: {}, devices: {} });
  }
  const devices: Devices = {
    root: { path: '/', pool, type: 'disk' },
    eth0: { name: 'eth0', network, type: 'nic' },
  };
  const add = (profile: string, config: ConfigMap, has: Devices): void => {
    const known = data.profiles.some((row) => row.name === profile && row.project === name);
    if (!known) data.profiles.push({ project: name, name: profile, description: '', config, devices: has });
  };
  add('standard', { 'boot.autostart': 'true' }, devices);
  add('small', { 'limits.cpu': '1', 'limits.memory': '512MiB' }, {});
  add('large', { 'limits.cpu': '8', 'limits.memory': '16GiB' }, {});
}
