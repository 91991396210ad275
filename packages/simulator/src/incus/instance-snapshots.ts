import type { Call } from './call.ts';
import { bodyOf, checkName } from './call.ts';
import type { InstanceRow, SnapshotRow } from './database.ts';
import { inProject } from './database.ts';
import { emitLifecycle } from './events.ts';
import { findInstance, onHome, tellInstance } from './instance-call.ts';
import { shownSnapshot } from './instance-documents.ts';
import { changeInstance, instanceFields, instanceUrl } from './instance-fields.ts';
import { stamp } from './machine.ts';
import { startTask } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, IncusError, ok } from './reply.ts';

export function listSnapshots(call: Call): Answer {
  const row = findInstance(call);
  const fields = instanceFields(call.data, row);
  const url = ({ name }: SnapshotRow): string =>
    inProject(`/1.0/instances/${row.name}/snapshots/${encodeURIComponent(name)}`, row.project);
  if (call.recursion === 0) return ok(fields.snapshots.map(url));
  return ok(fields.snapshots.map((snapshot) => shownSnapshot(call.data, row, snapshot)));
}

export function showSnapshot(call: Call): Answer {
  const row = findInstance(call);
  return ok(shownSnapshot(call.data, row, findSnapshot(call, row)));
}

export async function createSnapshot(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await onHome(asked, row);
  const body = bodyOf(call, 'InstanceSnapshotsPost');
  const before = instanceFields(call.data, row).snapshots;
  const name = body.text('name') || `snap${before.length}`;
  checkName(name, 'Invalid snapshot name');
  if (before.some((one) => one.name === name)) throw new IncusError(409, `Snapshot "${name}" already exists`);
  const created_at = stamp(call.machine.world.clock.nowMs());
  return task(call, row, 'Snapshotting instance', () => {
    const { snapshots } = instanceFields(call.data, row);
    changeInstance(row, { snapshots: [...snapshots, { name, created_at, description: '', config: {} }] });
    tell(call, row, 'created', name);
  });
}

export async function renameSnapshot(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await onHome(asked, row);
  const snapshot = findSnapshot(call, row);
  const name = bodyOf(call, 'InstanceSnapshotPost').text('name');
  checkName(name, 'Invalid snapshot name');
  return task(call, row, 'Renaming snapshot', () => {
    const { snapshots } = instanceFields(call.data, row);
    changeInstance(row, { snapshots: snapshots.map((one) => (one.name === snapshot.name ? { ...one, name } : one)) });
    tell(call, row, 'renamed', name, { old_name: `${row.name}/${snapshot.name}` });
  });
}

export async function changeSnapshot(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await onHome(asked, row);
  const { name } = findSnapshot(call, row);
  return task(call, row, 'Updating snapshot', () => tell(call, row, 'updated', name));
}

export async function deleteSnapshot(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await onHome(asked, row);
  const { name } = findSnapshot(call, row);
  return task(call, row, 'Deleting snapshot', () => {
    const { snapshots } = instanceFields(call.data, row);
    changeInstance(row, { snapshots: snapshots.filter((one) => one.name !== name) });
    tell(call, row, 'deleted', name);
  });
}

/** `PUT` of an instance with `restore`. */
export function restoreSnapshot(call: Call, row: InstanceRow, name: string): Answer {
  const known = instanceFields(call.data, row).snapshots.some((one) => one.name === name);
  if (!known) throw new IncusError(404, `Snapshot "${name}" not found`);
  return task(call, row, 'Restoring snapshot', () =>
    tellInstance(call, row, 'instance-restored', { snapshot: `${row.name}/${name}` }),
  );
}

function task(call: Call, row: InstanceRow, description: string, run: () => void): Answer {
  const wish = { description, resources: { instances: [instanceUrl(row)] }, project: row.project };
  return accepted(startTask(call.machine, wish, () => Promise.resolve(run())));
}

/** Seen: unlike those of instances, they carry neither name nor project inside. */
function tell(call: Call, row: InstanceRow, what: string, name: string, context?: Record<string, unknown>): void {
  const path = `/1.0/instances/${row.name}/snapshots/${encodeURIComponent(name)}`;
  const extra = { project: row.project, ...(context === undefined ? {} : { context }) };
  emitLifecycle(call, `instance-snapshot-${what}`, path, extra);
}

function findSnapshot(call: Call, row: InstanceRow): SnapshotRow {
  const found = instanceFields(call.data, row).snapshots.find((one) => one.name === call.param('snapshot'));
  if (found === undefined) throw new IncusError(404, 'Instance snapshot not found');
  return found;
}
