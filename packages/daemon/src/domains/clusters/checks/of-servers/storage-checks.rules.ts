import type { PreseedPool } from '@operations-center/documents';
import type { SystemStorage } from '@operations-center/fleet-protocol';
import { someoneWants } from '../../creation/own-values.rules.ts';
import type { Check } from '../check.ts';
import type { Facts, ServerFacts } from '../facts.ts';
import {
  alike,
  bad,
  block,
  doubtful,
  eachServer,
  type Judgement,
  listNames,
  mapRead,
  ok,
  sharedBy,
} from '../judge.rules.ts';
import { completePreseed } from '../of-files/complete-preseed.rules.ts';

const storage = ({ live }: ServerFacts) => live.storage;
const gib = 2 ** 30;
const show = 'operations-center provisioning server os system storage show {server}';

/** Can each server give what the pools want? */
export const storageChecks: readonly Check[] = [
  {
    name: 'pool-drivers',
    group: 'storage',
    title: 'Every server offers the drivers of the pools',
    about: 'A pool is made on each member; one that lacks its driver makes the whole pool fail.',
    reads: ['GET /1.0: environment.storage_supported_drivers', 'storage_pools of the application configuration'],
    ignorable: true,
    remedy: 'choose a driver that all servers offer: driver of the pool, in the file',
    run: (facts) =>
      eachServer(
        facts.servers,
        ({ live }) => live.incus,
        ({ environment }) => {
          if (environment === undefined) return 'does not trust us';
          const offered = environment.storage_supported_drivers.map(({ Name }) => Name);
          const missing = poolsOf(facts).filter(
            ({ driver }) => !offered.includes(driver) && !comesWithService(facts, driver),
          );
          if (missing.length === 0) return 'offered';
          const wanted = missing.map(({ name, driver }) => `${driver} (pool ${name})`);
          return bad({
            seen: `lacks ${listNames(wanted)}; it has ${offered.join(', ')}`,
            cause: 'the pool cannot be made there',
          });
        },
      ),
  },
  {
    name: 'pool-sources',
    group: 'storage',
    title: 'What the pools are made of is there and free',
    about:
      'A ZFS pool lives in a pool of IncusOS, or takes a whole drive; the drive must be there and belong to nobody. Directories cannot be looked at.',
    reads: ['GET /os/1.0/system/storage: state.pools, state.drives', 'storage_pools[].config.source'],
    ignorable: true,
    remedy: show,
    run: (facts) =>
      eachServer(facts.servers, storage, ({ state }) => {
        const problems = poolsOf(facts).flatMap((pool) => sourceProblem(pool, state) ?? []);
        return problems.length === 0
          ? 'there'
          : bad({ seen: listNames(problems), cause: 'the pool could not be made' });
      }),
  },
  {
    name: 'pool-sources-distinct',
    group: 'storage',
    title: 'No two pools are made of the same',
    about: 'A source belongs to one pool.',
    reads: ['storage_pools[].config.source'],
    ignorable: true,
    remedy: 'give each pool a source of its own, in the file',
    run: (facts) => {
      const sources = poolsOf(facts).map(({ name, config }) => ({ name, value: config['source'] ?? '' }));
      const shared = sharedBy(sources);
      if (shared.length === 0) return [ok('all differ')];
      return shared.map(({ value, names }) =>
        block([], { seen: `${value} is the source of pools ${listNames(names)}`, cause: 'the second one would fail' }),
      );
    },
  },
  {
    name: 'os-pools-healthy',
    group: 'storage',
    title: 'The pools of IncusOS are healthy',
    about: 'A pool that is faulted or locked takes no data; one that is degraded has lost its spare.',
    reads: ['GET /os/1.0/system/storage: state.pools[].state, .encryption_key_status'],
    ignorable: true,
    remedy: show,
    run: ({ servers }) => eachServer(servers, storage, ({ state }) => poolHealth(state.pools)),
  },
  {
    name: 'os-pools-alike',
    group: 'storage',
    title: 'All servers have the same pools of IncusOS',
    about: 'Pools of the cluster name them once for all members.',
    reads: ['GET /os/1.0/system/storage: state.pools[].name'],
    ignorable: true,
    remedy: show,
    run: (facts) =>
      alike(
        facts,
        (server) =>
          mapRead(
            storage(server),
            ({ state }) =>
              state.pools
                .map(({ name }) => name)
                .sort()
                .join(', ') || 'none',
          ),
        { verdict: 'warning', cause: 'what uses the pool works on some members only' },
      ),
  },
  {
    name: 'free-space',
    group: 'storage',
    title: 'There is room',
    about:
      'Incus keeps its database on the root partition and images on its pool: 1 GiB is the least, a tenth is healthy.',
    reads: [
      'GET /os/1.0/system/storage: state.root_partition.available_in_bytes',
      'state.pools[].usable_pool_size_in_bytes, .pool_allocated_space_in_bytes',
    ],
    ignorable: true,
    remedy: show,
    run: ({ servers }) => eachServer(servers, storage, ({ state }) => roomJudgement(state)),
  },
];

type StorageState = SystemStorage['state'];

/** Those of the file, and the one that is always made. */
const poolsOf = (facts: Facts): PreseedPool[] => completePreseed(facts).storage_pools;

const driverServices: Readonly<Record<string, string>> = {
  ceph: 'ceph',
  cephfs: 'ceph',
  cephobject: 'ceph',
  linstor: 'linstor',
  lvmcluster: 'lvm',
};

/** Such a driver is offered once its service runs. */
const comesWithService = ({ request }: Facts, driver: string): boolean =>
  someoneWants(request, driverServices[driver] ?? '');

function sourceProblem({ name, driver, config }: PreseedPool, { pools, drives }: StorageState): string | undefined {
  const source = config['source'] ?? '';
  if (source.startsWith('/dev/')) {
    const drive = drives.find(({ id }) => id === source);
    // A name of the kernel's own (/dev/sdb) is not listed.
    if (drive === undefined)
      return source.startsWith('/dev/disk/by-id/') ? `pool ${name}: no drive ${source}` : undefined;
    if (drive.boot === true) return `pool ${name}: ${source} is the system's drive`;
    return drive.member_pool === undefined ? undefined : `pool ${name}: ${source} belongs to pool ${drive.member_pool}`;
  }
  if (driver !== 'zfs' || source === '' || source.startsWith('/')) return undefined;
  const [parent = ''] = source.split('/');
  return pools.some((pool) => pool.name === parent) ? undefined : `pool ${name}: no pool "${parent}" on the server`;
}

function poolHealth(pools: StorageState['pools']): Judgement {
  const locked = pools.find(({ encryption_key_status }) => (encryption_key_status ?? 'available') !== 'available');
  if (locked !== undefined) {
    return bad({
      seen: `pool ${locked.name}: its key is ${locked.encryption_key_status}`,
      cause: 'a locked pool takes no data',
    });
  }
  const odd = pools.filter(({ state }) => (state ?? 'ONLINE') !== 'ONLINE');
  const [first] = odd;
  if (first === undefined) return 'online';
  const seen = odd.map(({ name, state }) => `pool ${name} is ${state}`).join(', ');
  return odd.every(({ state }) => state === 'DEGRADED')
    ? doubtful({ seen, cause: 'one more drive that fails takes the pool with it' })
    : bad({ seen, cause: 'it takes no data' });
}

function roomJudgement({ root_partition, pools }: StorageState): Judgement {
  const places = [
    { name: 'the root partition', free: root_partition?.available_in_bytes, size: root_partition?.size_in_bytes },
    ...pools.map(({ name, usable_pool_size_in_bytes: size, pool_allocated_space_in_bytes: used }) => ({
      name: `pool ${name}`,
      free: size === undefined || used === undefined ? undefined : size - used,
      size,
    })),
  ];
  const told = ({ name, free = 0, size = 0 }: (typeof places)[number]) =>
    `${name}: ${inGib(free)} of ${inGib(size)} free`;
  const full = places.find(({ free, size }) => free !== undefined && size !== undefined && free < gib);
  if (full !== undefined) return bad({ seen: told(full), cause: 'less than 1 GiB is left' });
  const tight = places.find(({ free, size }) => free !== undefined && size !== undefined && free < size / 10);
  return tight === undefined ? 'enough' : doubtful({ seen: told(tight), cause: 'less than a tenth is left' });
}

const inGib = (bytes: number): string => `${(bytes / gib).toFixed(1)} GiB`;
