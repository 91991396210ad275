import type { Call } from './call.ts';
import { atHome, bodyOf, checkName } from './call.ts';
import type { SnapshotRow, VolumeRow } from './database.ts';
import { inProject } from './database.ts';
import { emitLifecycle } from './events.ts';
import { stamp } from './machine.ts';
import { startTask } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, IncusError, ok } from './reply.ts';
import { findVolume, lifecycleSource, shownVolumeSnapshot } from './volumes.ts';

export function listVolumeSnapshots(call: Call): Answer {
  const row = findVolume(call);
  const path = `${lifecycleSource(row.pool, row.type, row.name)}/snapshots`;
  const snapshots = row.snapshots ?? [];
  if (call.recursion > 0) return ok(snapshots.map((one) => shownVolumeSnapshot(row, one)));
  return ok(snapshots.map(({ name }) => inProject(`${path}/${encodeURIComponent(name)}`, row.project)));
}

export function showVolumeSnapshot(call: Call): Answer {
  const row = ownVolume(call);
  return ok(shownVolumeSnapshot(row, findSnapshot(call, row)));
}

export function createVolumeSnapshot(call: Call): Answer {
  const row = ownVolume(call);
  const before = row.snapshots ?? [];
  const name = bodyOf(call, 'StorageVolumeSnapshotsPost').text('name') || `snap${before.length}`;
  checkName(name, 'Invalid volume snapshot name');
  if (before.some((one) => one.name === name)) throw new IncusError(409, `Snapshot "${name}" already in use`);
  const created_at = stamp(call.machine.world.clock.nowMs());
  return task(call, row, 'Snapshotting storage volume', () => {
    row.snapshots = [...(row.snapshots ?? []), { name, created_at, description: '', config: {} }];
    tell(call, row, 'created', name, { type: row.type });
  });
}

export function renameVolumeSnapshot(call: Call): Answer {
  const row = ownVolume(call);
  const snapshot = findSnapshot(call, row);
  const name = bodyOf(call, 'StorageVolumeSnapshotPost').text('name');
  checkName(name, 'Invalid volume snapshot name');
  return task(call, row, 'Renaming storage volume snapshot', () => {
    row.snapshots = (row.snapshots ?? []).map((one) => (one.name === snapshot.name ? { ...one, name } : one));
    // Seen: the old name stands where the new one belongs.
    tell(call, row, 'renamed', snapshot.name, { old_name: snapshot.name });
  });
}

export function deleteVolumeSnapshot(call: Call): Answer {
  const row = ownVolume(call);
  const { name } = findSnapshot(call, row);
  return task(call, row, 'Deleting storage volume snapshot', () => {
    row.snapshots = (row.snapshots ?? []).filter((one) => one.name !== name);
    tell(call, row, 'deleted', name);
  });
}

function task(call: Call, row: VolumeRow, description: string, run: () => void): Answer {
  const { machine } = atHome(call, row);
  return accepted(startTask(machine, { description, project: row.project }, () => Promise.resolve(run())));
}

/** Seen: here the volume's name has its project in front. */
function tell(call: Call, row: VolumeRow, what: string, name: string, context?: Record<string, unknown>): void {
  const source = `${lifecycleSource(row.pool, row.type, `${row.project}_${row.name}`)}/snapshots/${encodeURIComponent(name)}`;
  const extra = { project: row.project, ...(context === undefined ? {} : { context }) };
  emitLifecycle(atHome(call, row), `storage-volume-snapshot-${what}`, source, extra);
}

/** Snapshots of an instance's volume are the instance's. */
function ownVolume(call: Call): VolumeRow {
  const row = findVolume(call);
  if (row.of !== undefined) throw new IncusError(400, `Invalid storage volume type "${row.type}"`);
  return row;
}

function findSnapshot(call: Call, row: VolumeRow): SnapshotRow {
  const found = row.snapshots?.find((one) => one.name === call.param('snapshot'));
  if (found === undefined) throw new IncusError(404, 'Storage volume snapshot not found');
  return found;
}
