import type { Call } from './call.ts';
import { allProjects, atHome, bodyOf, checkName, onTarget, projectOf, targetRow, withoutEmpty } from './call.ts';
import { isKnownKey } from './config-keys.ts';
import type { Database, SnapshotRow, VolumeRow } from './database.ts';
import { byName, inProject, projectWith } from './database.ts';
import { emitLifecycle } from './events.ts';
import { failItem } from './faults.ts';
import { changeInstance, rootVolume } from './instance-fields.ts';
import type { Machine } from './machine.ts';
import { stamp } from './machine.ts';
import { isShared } from './pool-drivers.ts';
import type { Answer } from './reply.ts';
import { checkMatch, created, done, IncusError, longList, ok, tagged } from './reply.ts';
import { findPool, poolUrl } from './storage-pools.ts';
import { volumeUrl } from './used-by.ts';

const volumeProject = (call: Call): string => projectWith(call.data, projectOf(call), 'features.storage.volumes');

export function listVolumes(call: Call): Answer {
  const pool = findPool(call);
  const type = call.param('type');
  const target = targetRow(call);
  const project = allProjects(call) ? undefined : volumeProject(call);
  const roots = type === 'custom' ? [] : call.data.instances.map((row) => rootVolume(call.data, row));
  const rows = [...call.data.volumes, ...roots]
    .filter(
      (row) =>
        row.pool === pool.name &&
        (type === '' || row.type === type) &&
        (project === undefined || row.project === project) &&
        (target === undefined || row.member === target.id),
    )
    .sort((a, b) => (a.type === b.type ? byName(a, b) : a.type < b.type ? -1 : 1));
  if (call.recursion === 0) return ok(rows.map((row) => volumeUrl(call.data, row)));
  return longList(rows, (row) => (call.recursion > 1 ? fullVolume(call.data, row) : shownVolume(call.data, row)));
}

export function showVolume(call: Call): Answer {
  const row = findVolume(call);
  const told = call.recursion > 0 ? fullVolume : shownVolume;
  return tagged(told(call.data, row), writable(row));
}

function shownVolume(data: Database, row: VolumeRow): Record<string, unknown> {
  return {
    config: row.config,
    description: row.description,
    name: row.name,
    type: row.type,
    used_by: volumeUsers(data, row),
    location: data.members.find((member) => member.id === row.member)?.name ?? '',
    content_type: row.content_type,
    project: row.project,
    created_at: row.created_at,
  };
}

const fullVolume = (data: Database, row: VolumeRow): Record<string, unknown> => ({
  ...shownVolume(data, row),
  backups: [],
  snapshots: (row.snapshots ?? []).length === 0 ? null : row.snapshots?.map((one) => shownVolumeSnapshot(row, one)),
  state: { usage: { used: 24576, total: bytes(row.config.size ?? '') } },
});

export const shownVolumeSnapshot = (row: VolumeRow, snapshot: SnapshotRow): Record<string, unknown> => ({
  description: snapshot.description,
  expires_at: '0001-01-01T00:00:00Z',
  name: snapshot.name,
  config: row.config,
  content_type: row.content_type,
  created_at: snapshot.created_at,
});

function volumeUsers(data: Database, row: VolumeRow): string[] {
  if (row.type !== 'custom') return [inProject(`/1.0/instances/${encodeURIComponent(row.name)}`, row.project)];
  return data.members
    .filter((member) => member.id === row.member || row.member === 0)
    .flatMap((member) =>
      Object.entries(member.local_config)
        .filter(
          ([key, value]) => key.endsWith('_volume') && value === `${row.pool}/${row.name}` && row.project === 'default',
        )
        .map(([key]) => (data.cluster === null ? `/1.0#${key}` : `/1.0?target=${member.name}#${key}`)),
    )
    .sort();
}

/** `POST …/volumes/custom`: a plain creation answers 200 without Location, unlike every other one. */
export async function createVolume(call: Call): Promise<Answer> {
  const pool = findPool(call);
  const { machine } = isShared(pool.driver) ? call : await onTarget(call);
  const body = bodyOf(call, 'StorageVolumesPost');
  const type = call.param('type') || body.text('type');
  const name = body.text('name');
  checkName(name, 'Invalid storage volume name');
  if (type !== 'custom') throw new IncusError(400, `Currently not allowed to create storage volumes of type "${type}"`);
  const content = body.text('content_type') || 'filesystem';
  if (!['filesystem', 'block', 'iso'].includes(content)) throw new IncusError(400, 'Invalid volume content type name');
  const config = withoutEmpty(body.config('config'));
  checkConfig(pool.driver, name, config);
  const project = volumeProject(call);
  const member = isShared(pool.driver) ? 0 : machine.row.id;
  const twin = (row: VolumeRow): boolean =>
    row.pool === pool.name &&
    row.project === project &&
    row.type === type &&
    row.name === name &&
    row.member === member;
  if (call.data.volumes.some(twin)) throw new IncusError(409, 'Volume by that name already exists');
  if (pool.status !== 'Created') throw new IncusError(500, 'Pool is not in created state');
  failItem(call, name);
  const created_at = stamp(machine.world.clock.nowMs());
  call.data.volumes.push({
    pool: pool.name,
    project,
    member,
    type,
    name,
    content_type: content,
    description: body.text('description'),
    config: content === 'block' && config.size === undefined ? { ...config, size: '10GiB' } : config,
    created_at,
  });
  const context = { ...(call.data.cluster === null ? {} : { location: machine.row.name }), type };
  emitLifecycle({ ...call, machine }, 'storage-volume-created', lifecycleSource(pool.name, type, name), {
    context,
    project,
  });
  return done();
}

export const lifecycleSource = (pool: string, type: string, name: string): string =>
  `${poolUrl(pool)}/volumes/${type}/${encodeURIComponent(name)}`;

function checkConfig(driver: string, name: string, config: Record<string, string>): void {
  const entity = `storage_volume_${driver === 'lvmcluster' ? 'lvm' : driver}`;
  for (const [key, value] of Object.entries(config)) {
    if (!isKnownKey(entity, key) && !key.startsWith('user.'))
      throw new IncusError(500, `Invalid option for volume "${name}" option "${key}"`);
    if (key === 'size' && Number.isNaN(bytes(value))) {
      throw new IncusError(500, `Invalid value for volume "${name}" option "size": Invalid value: ${value}`);
    }
  }
}

function bytes(text: string): number {
  if (text === '') return 0;
  const found = /^(\d+)\s*([kMGTPE]?i?)B?$/.exec(text);
  if (found === null) return Number.NaN;
  const unit = found[2] ?? '';
  const power = ['', 'k', 'M', 'G', 'T', 'P', 'E'].indexOf(unit.replace('K', 'k').slice(0, 1));
  return Number(found[1]) * (unit.endsWith('i') ? 1024 : 1000) ** Math.max(power, 0);
}

export const replaceVolume = (call: Call): Answer => changeVolume(call, false);
export const mergeVolume = (call: Call): Answer => changeVolume(call, true);

function changeVolume(call: Call, merge: boolean): Answer {
  const row = findVolume(call);
  checkMatch(call.request.headers['if-match'], writable(row));
  const body = bodyOf(call, 'StorageVolumePut');
  if (!merge && body.text('restore') !== '') return restoreVolume(call, row, body.text('restore'));
  const config = body.config('config');
  checkConfig(findPool(call).driver, row.name, withoutEmpty(config));
  row.config = withoutEmpty(merge ? { ...row.config, ...config } : config);
  if (!merge || body.has('description')) row.description = body.text('description');
  if (row.of !== undefined) changeInstance(row.of, { volume: { config: row.config, description: row.description } });
  emitLifecycle(atHome(call, row), 'storage-volume-updated', lifecycleSource(row.pool, row.type, row.name), {
    project: row.project,
  });
  return done();
}

function restoreVolume(call: Call, row: VolumeRow, snapshot: string): Answer {
  if (row.snapshots?.some(({ name }) => name === snapshot) !== true)
    throw new IncusError(404, 'Storage volume snapshot not found');
  const source = lifecycleSource(row.pool, row.type, row.name);
  emitLifecycle(atHome(call, row), 'storage-volume-restored', source, { context: { snapshot }, project: row.project });
  return done();
}

export function renameVolume(call: Call): Answer {
  const row = findVolume(call);
  const name = bodyOf(call, 'StorageVolumePost').text('name');
  checkName(name, 'Invalid storage volume name');
  if (row.of !== undefined) throw new IncusError(400, 'Renaming of instance volumes is done with the instance');
  const old_name = row.name;
  row.name = name;
  const source = lifecycleSource(row.pool, row.type, name);
  emitLifecycle(atHome(call, row), 'storage-volume-renamed', source, { context: { old_name }, project: row.project });
  return created(source);
}

export function deleteVolume(call: Call): Answer {
  const row = findVolume(call);
  if (row.type !== 'custom') {
    throw new IncusError(400, `Storage volumes of type "${row.type}" cannot be deleted with the storage API`);
  }
  if (volumeUsers(call.data, row).length > 0) throw new IncusError(400, 'The storage volume is still in use');
  call.data.volumes.splice(call.data.volumes.indexOf(row), 1);
  emitLifecycle(atHome(call, row), 'storage-volume-deleted', lifecycleSource(row.pool, row.type, row.name), {
    project: row.project,
  });
  return done();
}

export const showVolumeState = (call: Call): Answer =>
  ok({ usage: { used: 24576, total: bytes(findVolume(call).config.size ?? '') } });

export function findVolume(call: Call): VolumeRow {
  const pool = findPool(call);
  const target = targetRow(call);
  const project = volumeProject(call);
  const name = call.param('name');
  const type = call.param('type');
  const owner = call.data.instances.find((row) => row.name === name && row.project === project);
  const roots = type === 'custom' || owner === undefined ? [] : [rootVolume(call.data, owner)];
  const rows = [...call.data.volumes, ...roots].filter(
    (row) => row.pool === pool.name && row.type === type && row.name === name && row.project === project,
  );
  if (target !== undefined) {
    const found = rows.find((row) => row.member === target.id || row.member === 0);
    if (found === undefined) throw new IncusError(404, 'Storage volume not found');
    return found;
  }
  const [row] = rows;
  if (row === undefined) throw new IncusError(404, 'Storage pool volume not found');
  if (rows.length > 1) {
    throw new IncusError(
      500,
      `More than one cluster member has a volume named "${name}". Please target a specific member`,
    );
  }
  return row;
}

/** `storage.*_volume` must name a volume that is on this very member. Throws 404 as Incus words it. */
export function checkVolumeKey(machine: Machine, key: string, value: string): void {
  if (value === '') return;
  const { data } = machine.store;
  const [pool = '', name = ''] = value.split('/');
  const refuse = (why: string): IncusError => new IncusError(404, `Failed validation of "${key}": ${why}`);
  if (!data.pools.some((row) => row.name === pool))
    throw refuse(`Unable to load storage pool "${pool}": Storage pool not found`);
  const here = (row: VolumeRow): boolean =>
    row.pool === pool &&
    row.name === name &&
    row.type === 'custom' &&
    row.project === 'default' &&
    [machine.row.id, 0].includes(row.member);
  if (!data.volumes.some(here))
    throw refuse(`Failed loading storage volume "${value}" in "default" project: Storage volume not found`);
}

const writable = (row: VolumeRow): unknown => ({ config: row.config, description: row.description });
