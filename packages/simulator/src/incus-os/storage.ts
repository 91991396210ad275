import { seededBytes } from '../random.ts';
import { bodyOf, configFrom, type Route } from './call.ts';
import { type OsReply, Refusal, refused, success } from './envelope.ts';
import { any, bool, isObject, type Json, list, string, struct, textOf } from './go-json.ts';
import type { IncusOs, OsCall } from './incus-os.ts';
import { checkNewPool } from './storage-rules.ts';

const GIB = 2 ** 30;
export const ROOT_DRIVE = '/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_incus_root';

const STORAGE = struct('SystemStorageConfig', {
  scrub_schedule: string,
  'pools?': list(
    struct('Pool', {
      name: string,
      type: string,
      devices: list(string),
      'cache?': list(string),
      'log?': list(string),
      'special?': any,
      'allow_mixed_dev_sizes?': bool,
    }),
  ),
});

/** A root disk and two data disks, each with a serial number of its own. */
export function drivesOf(os: IncusOs): Json[] {
  const serial = (index: number) =>
    seededBytes(os.identity.system_uuid, `drive ${index}`).toString('hex', 0, 6).toUpperCase();
  const poolOf = (id: string) =>
    os.state.storage.pools.find((pool) => Array.isArray(pool['devices']) && pool['devices'].includes(id))?.['name'];
  const common = { multipath: false, removable: false, remote: false };
  const root = {
    model_family: 'QEMU',
    model_name: 'QEMU HARDDISK',
    serial_number: 'incus_root',
    bus: 'scsi',
    capacity_in_bytes: 50 * GIB,
    boot: true,
  };
  const data = [1, 2].map((index) => {
    const id = `/dev/disk/by-id/nvme-SIM_NVME_${serial(index)}`;
    const member = poolOf(id);
    return {
      id,
      model_family: '',
      model_name: 'SIM NVME',
      serial_number: serial(index),
      bus: 'nvme',
      capacity_in_bytes: 1_000_204_886_016,
      boot: false,
      ...common,
      ...(member === undefined ? {} : { member_pool: member }),
    };
  });
  return [{ id: ROOT_DRIVE, ...root, ...common, member_pool: 'local' }, ...data];
}

function show(call: OsCall) {
  const { storage } = call.os.state;
  const size = 17_716_740_096;
  const local = {
    name: 'local',
    type: 'zfs-raid0',
    devices: [`${ROOT_DRIVE}-part11`],
    ...poolState(size, [{ name: 'incus', usage_in_bytes: 2_646_016, quota_in_bytes: 0, use: 'incus' }]),
  };
  return success({
    config: { scrub_schedule: storage.scrub_schedule },
    state: {
      drives: drivesOf(call.os),
      pools: [local, ...storage.pools.map((pool) => ({ ...pool, ...poolState(1_000_204_886_016, volumesOf(pool)) }))],
      root_partition: { size_in_bytes: 26_000_000_000, available_in_bytes: 22_000_000_000 },
    },
  });
}

const poolState = (size: number, volumes: unknown[]) => ({
  managed: true,
  state: 'ONLINE',
  encryption_key_status: 'available',
  raw_pool_size_in_bytes: size,
  usable_pool_size_in_bytes: size,
  pool_allocated_space_in_bytes: 4_313_088,
  volumes,
});
const volumesOf = (pool: Json): Json[] => (Array.isArray(pool['volumes']) ? pool['volumes'].filter(isObject) : []);

function replace(call: OsCall) {
  const { state, provider } = call.os;
  const config = configFrom(call, STORAGE, 400, 'allowed');
  const schedule = String(config['scrub_schedule']);
  if (schedule.trim().split(/\s+/).length !== 5 || !/^[\d*,/\-\s]+$/.test(schedule)) {
    throw new Refusal(400, 'invalid cron expression provided for scrub schedule');
  }
  state.storage.scrub_schedule = schedule;
  const pools = Array.isArray(config['pools']) ? config['pools'].filter(isObject) : [];
  for (const pool of pools) {
    const existing = state.storage.pools.findIndex((other) => other['name'] === pool['name']);
    if (pool['name'] === 'local') continue;
    checkNewPool(pool, drivesOf(call.os), existing >= 0 ? state.storage.pools[existing] : undefined);
    if (existing >= 0) state.storage.pools[existing] = { ...state.storage.pools[existing], ...pool };
    else state.storage.pools.push(pool);
  }
  if (pools.length > 0) provider.notify('storage-config-changed');
  return success();
}

const text = (body: Json, key: string): string => textOf(body[key]);
const need = (value: string, message: string): void => {
  if (value === '') throw new Refusal(400, message);
};

function poolNamed(call: OsCall, name: string, missing: string): Json {
  const pool = call.os.state.storage.pools.find((other) => other['name'] === name);
  if (pool === undefined) throw new Refusal(500, missing);
  return pool;
}

/** The checks that volume creation and deletion share. */
function volumeTarget(body: Json): { pool: string; name: string } {
  const [pool, name] = [text(body, 'pool'), text(body, 'name')];
  need(pool, 'no pool name provided');
  if (pool.includes('/')) throw new Refusal(400, 'invalid pool name provided');
  need(name, 'no volume name provided');
  if (name.includes('/')) throw new Refusal(400, 'invalid volume name provided');
  return { pool, name };
}

const ACTIONS: Record<string, (call: OsCall, body: Json) => void> = {
  ':create-volume': (call, body) => {
    const { pool, name } = volumeTarget(body);
    need(text(body, 'use'), 'no volume use provided');
    if (!['incus', 'linstor'].includes(text(body, 'use'))) throw new Refusal(400, 'invalid volume use provided');
    const found = poolNamed(call, pool, `zpool '${pool}' doesn't exist`);
    found['volumes'] = [
      ...volumesOf(found),
      { name, usage_in_bytes: 98_304, quota_in_bytes: Number(body['quota'] ?? 0), use: body['use'] },
    ];
  },
  ':delete-volume': (call, body) => {
    const { pool, name } = volumeTarget(body);
    const found = poolNamed(call, pool, `zpool '${pool}' doesn't exist`);
    found['volumes'] = volumesOf(found).filter((volume) => volume['name'] !== name);
  },
  ':delete-pool': (call, body) => {
    const name = text(body, 'name');
    need(name, 'no pool name provided');
    if (name === 'local') throw new Refusal(500, "cannot destroy special zpool 'local'");
    const gone = poolNamed(call, name, `cannot destroy zpool '${name}': no such pool`);
    call.os.state.storage.pools = call.os.state.storage.pools.filter((pool) => pool !== gone);
  },
  ':scrub-pool': (call, body) => {
    const name = text(body, 'name');
    need(name, 'no pool name provided');
    if (name !== 'local') poolNamed(call, name, `zpool '${name}' doesn't exist`);
  },
  ':import-pool': (_call, body) => {
    if (text(body, 'name') === '' || text(body, 'type') === '') throw new Refusal(400, 'missing pool name and type');
    if (text(body, 'type') !== 'zfs') throw new Refusal(400, `unsupported pool type '${text(body, 'type')}'`);
    throw new Refusal(500, `cannot import '${text(body, 'name')}': no such pool available`);
  },
  ':encrypt-drive': (_call, body) => need(text(body, 'id'), 'no drive specified'),
  ':import-encrypted-drive': (_call, body) => {
    need(text(body, 'id'), 'no drive specified');
    const bytes = Buffer.from(text(body, 'key'), 'base64').length;
    if (bytes !== 32) throw new Refusal(400, `expected a 32 byte raw encryption key, got ${bytes} bytes`);
  },
  ':cleanup-root': () => {},
};
const SILENT = new Set([':scrub-pool', ':cleanup-root']);

/** The only action that answers before it knows: its failure is in the body, under status 200. */
function wipeDrive(call: OsCall): OsReply {
  const id = text(bodyOf(call, 400, 'allowed'), 'id');
  need(id, 'no drive specified');
  const drive = drivesOf(call.os).find((other) => other['id'] === id);
  if (drive === undefined) return refused(500, `drive '${id}' doesn't exist`, 200);
  if (drive['boot'] === true) return refused(500, 'cannot wipe boot drive', 200);
  const pool = textOf(drive['member_pool']);
  if (pool !== '') return refused(500, `cannot wipe drive belonging to pool '${pool}'`, 200);
  call.os.provider.notify('storage-config-changed');
  return success();
}

export const STORAGE_ROUTES: readonly Route[] = [
  { path: '/1.0/system/storage', GET: show, PUT: replace },
  { path: '/1.0/system/storage/:wipe-drive', POST: wipeDrive },
  ...Object.entries(ACTIONS).map(([action, run]) => ({
    path: `/1.0/system/storage/${action}`,
    POST: (call: OsCall) => {
      run(call, bodyOf(call, 400, 'allowed'));
      if (!SILENT.has(action)) call.os.provider.notify('storage-config-changed');
      return success();
    },
  })),
];
