import { isMemberPoolKey } from '@operations-center/fleet-protocol';
import type { Call, Fields } from './call.ts';
import { bodyOf, checkName, onEveryMember, onTarget, peers, targetRow, withoutEmpty } from './call.ts';
import { checkKeys } from './config-keys.ts';
import type { ConfigMap, MemberRow, PoolRow } from './database.ts';
import { byName } from './database.ts';
import { emitLifecycle } from './events.ts';
import { failItem } from './faults.ts';
import { pause } from './machine.ts';
import { checkDriver, emptyPool, fillPool, poolSpace } from './pool-drivers.ts';
import type { Answer } from './reply.ts';
import { checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';
import { poolUsers } from './used-by.ts';

const CREATE_MS = 25;
export const poolUrl = (name: string): string => `/1.0/storage-pools/${encodeURIComponent(name)}`;

export function listPools(call: Call): Answer {
  const pools = [...call.data.pools].sort(byName);
  return ok(call.recursion > 0 ? pools.map((pool) => shownPool(call, pool)) : pools.map((pool) => poolUrl(pool.name)));
}

export function showPool(call: Call): Answer {
  const pool = findPool(call);
  const target = targetRow(call);
  return tagged(shownPool(call, pool, target), writable(call, pool, target));
}

function shownPool(call: Call, pool: PoolRow, target?: MemberRow): Record<string, unknown> {
  return {
    config: shownConfig(call, pool, target),
    description: pool.description,
    name: pool.name,
    driver: pool.driver,
    used_by: poolUsers(call.data, pool, target),
    status: target === undefined ? pool.status : (pool.on[target.id]?.status ?? 'Unknown'),
    locations: call.data.members.filter((row) => pool.on[row.id] !== undefined).map((row) => row.name),
  };
}

/** A cluster shows the keys of one member only to who asks for that member. */
function shownConfig(call: Call, pool: PoolRow, target?: MemberRow): ConfigMap {
  const row = call.data.cluster === null ? call.machine.row : target;
  return withoutEmpty({ ...pool.config, ...(row === undefined ? {} : pool.on[row.id]?.config) });
}

const writable = (call: Call, pool: PoolRow, target?: MemberRow): unknown => ({
  config: shownConfig(call, pool, target),
  description: pool.description,
});

type Wish = { name: string; driver: string; description: string; config: ConfigMap };

/** `POST /1.0/storage-pools`: on one member with `?target=` (pending), then everywhere. */
export async function createPool(call: Call): Promise<Answer> {
  const wish = readWish(bodyOf(call, 'StoragePoolsPost'));
  const target = targetRow(call);
  const pool = call.data.pools.find((row) => row.name === wish.name);
  if (target !== undefined) return definePool(call, wish, target, pool);
  if (call.data.cluster === null || (call.data.members.length === 1 && pool === undefined)) {
    if (pool !== undefined) throw new IncusError(409, 'The storage pool already exists: The record already exists');
    checkOptions(wish);
    failItem(call, wish.name);
    if (!(await pause(call.machine, CREATE_MS))) throw new IncusError(500, 'Incus is shutting down');
    if (call.data.pools.some((row) => row.name === wish.name)) {
      throw new IncusError(409, 'The storage pool already exists: The record already exists'); // made by another request meanwhile
    }
    const { local, global } = split(wish);
    const config = fillPool(call.machine, wish, local);
    const on = { [call.machine.row.id]: { config, status: 'Created' as const } };
    call.data.pools.push({
      name: wish.name,
      driver: wish.driver,
      description: wish.description,
      config: global,
      status: 'Created',
      on,
    });
  } else await createEverywhere(call, wish, pool);
  emitLifecycle(call, 'storage-pool-created', poolUrl(wish.name));
  return created(poolUrl(wish.name));
}

function readWish(body: Fields): Wish {
  const wish = {
    name: body.text('name'),
    driver: body.text('driver'),
    description: body.text('description'),
    config: body.config('config'),
  };
  if (wish.name === '') throw new IncusError(400, 'No name provided');
  checkName(wish.name, 'Invalid storage pool name');
  if (wish.driver === '') throw new IncusError(400, 'No driver provided');
  return wish;
}

function split(wish: Wish): { local: ConfigMap; global: ConfigMap } {
  const entries = Object.entries(wish.config);
  const local = (key: string): boolean => isMemberPoolKey(wish.driver, key);
  return {
    local: Object.fromEntries(entries.filter(([key]) => local(key))),
    global: Object.fromEntries(entries.filter(([key]) => !local(key))),
  };
}

function checkOptions(wish: Wish): void {
  const entity = `storage_${wish.driver === 'lvmcluster' ? 'lvm' : wish.driver}`;
  checkKeys(entity, wish.config, (key) => new IncusError(500, `Invalid option "${key}"`));
}

function definePool(call: Call, wish: Wish, target: MemberRow, pool: PoolRow | undefined): Answer {
  if (wish.description !== '')
    throw new IncusError(400, 'The storage pool description cannot be set for a specific member');
  const foreign = Object.keys(wish.config).find((key) => !isMemberPoolKey(wish.driver, key));
  if (foreign !== undefined)
    throw new IncusError(500, `Config key "${foreign}" may not be used as member-specific key`);
  checkDriver(call.machine, wish.driver);
  if (pool !== undefined && pool.driver !== wish.driver)
    throw new IncusError(500, 'Storage pool already exists with a different driver');
  if (pool !== undefined && pool.status !== 'Pending')
    throw new IncusError(500, 'Storage pool is not in pending state');
  if (pool?.on[target.id] !== undefined)
    throw new IncusError(400, `The storage pool already defined on member "${target.name}"`);
  const row = pool ?? {
    name: wish.name,
    driver: wish.driver,
    description: '',
    config: {},
    status: 'Pending' as const,
    on: {},
  };
  if (pool === undefined) call.data.pools.push(row);
  row.on[target.id] = { config: withoutEmpty(wish.config), status: 'Pending' };
  return created(poolUrl(wish.name));
}

async function createEverywhere(call: Call, wish: Wish, pool: PoolRow | undefined): Promise<void> {
  const { members } = call.data;
  if (pool === undefined) throw new IncusError(500, 'Pool not pending on any node (use --target <node> first)');
  if (pool.status === 'Created') throw new IncusError(500, 'The storage pool is already created');
  const missing = members.filter((row) => pool.on[row.id] === undefined).map((row) => row.name);
  if (missing.length > 0) throw new IncusError(500, `Pool not defined on nodes: ${missing.join(', ')}`);
  const local = Object.keys(wish.config).find((key) => isMemberPoolKey(wish.driver, key));
  if (local !== undefined) throw new IncusError(500, `Config key "${local}" is cluster member specific`);
  if (wish.driver !== pool.driver) {
    throw new IncusError(
      500,
      `Requested storage pool driver "${wish.driver}" doesn't match driver in existing database record "${pool.driver}"`,
    );
  }
  const partly = Object.values(pool.on).some((part) => part.status === 'Created');
  if ((partly || pool.status === 'Errored') && Object.keys(wish.config).length > 0) {
    throw new IncusError(
      500,
      'Storage pool already partially created. Please do not specify any global config when re-running create',
    );
  }
  checkOptions(wish);
  failItem(call, wish.name);
  const own = pool.on[call.machine.row.id];
  // Seen: the description is stored along with what the driver changes; `dir` with a path of its own changes nothing.
  const kept = pool.driver !== 'dir' || (own?.config.source ?? '') === '' || Object.keys(wish.config).length > 0;
  if (!partly) pool.config = withoutEmpty(wish.config);
  if (!partly && kept) pool.description = wish.description;
  pool.status = 'Errored';
  const everybody = peers(call, members);
  await onEveryMember(call, everybody, CREATE_MS, ({ row, machine }) => {
    const part = pool.on[row.id];
    if (part === undefined || part.status === 'Created') return;
    part.config = fillPool(machine, pool, part.config);
    part.status = 'Created';
  });
  pool.status = 'Created';
}

export const replacePool = (call: Call): Answer => changePool(call, false);
export const mergePool = (call: Call): Answer => changePool(call, true);

function changePool(call: Call, merge: boolean): Answer {
  const pool = findPool(call);
  const target = targetRow(call);
  const row = call.data.cluster === null ? call.machine.row : target;
  checkMatch(call.request.headers['if-match'], writable(call, pool, target));
  const body = bodyOf(call, 'StoragePoolPut');
  const { local, global } = split({
    name: pool.name,
    driver: pool.driver,
    description: '',
    config: body.config('config'),
  });
  checkOptions({ name: pool.name, driver: pool.driver, description: '', config: { ...local, ...global } });
  const [first] = Object.keys(local);
  if (row === undefined && first !== undefined)
    throw new IncusError(400, `Config key "${first}" is cluster member specific`);
  const part = row === undefined ? undefined : pool.on[row.id];
  if (
    part !== undefined &&
    Object.hasOwn(local, 'source') &&
    local.source !== part.config.source &&
    part.status === 'Created'
  ) {
    throw new IncusError(500, 'Pool source cannot be changed when not in pending state');
  }
  if (part !== undefined) part.config = withoutEmpty({ ...part.config, ...local });
  if (target === undefined) {
    pool.config = withoutEmpty(merge ? { ...pool.config, ...global } : global);
    if (!merge || body.has('description')) pool.description = body.text('description');
  }
  emitLifecycle(call, 'storage-pool-updated', poolUrl(pool.name));
  return done();
}

export function deletePool(call: Call): Answer {
  const pool = findPool(call);
  if (poolUsers(call.data, pool).length > 0) throw new IncusError(400, 'The storage pool is currently in use');
  for (const { row, machine } of peers(call, call.data.members))
    emptyPool(machine, pool, pool.on[row.id]?.config ?? {});
  call.data.pools.splice(call.data.pools.indexOf(pool), 1);
  emitLifecycle(call, 'storage-pool-deleted', poolUrl(pool.name));
  return done();
}

export async function showPoolResources(call: Call): Promise<Answer> {
  findPool(call);
  await onTarget(call);
  return ok(poolSpace());
}

export function findPool(call: Call): PoolRow {
  const pool = call.data.pools.find((row) => row.name === call.param('pool'));
  if (pool === undefined) throw new IncusError(404, 'Storage pool not found');
  return pool;
}
