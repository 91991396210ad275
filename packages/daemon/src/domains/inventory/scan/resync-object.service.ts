import { Fault, type InventoryKind } from '@operations-center/contract';
import type { FleetConnections } from '../../../fleet/connection.ts';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import type { Identified } from '../rows/inventory.store.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import { askStamp } from './ask-stamp.ts';
import { askThroughMembers, objectLimits } from './failover.service.ts';
import type { ScanTarget } from './scan-cluster.service.ts';
import { rowKindOf, showQuestion } from './scanned-kinds.ts';

export type Resync = {
  kind: InventoryKind;
  row: Identified;
  uuid: string;
  target: ScanTarget;
  signal: AbortSignal;
  now: () => string;
};

/** Asks Incus for one stored object, by what is stored of it. */
export async function resyncObject(
  parts: { fleet: Pick<FleetConnections, 'call'>; work: Pick<InventoryWork, 'applyObject' | 'removeObject'> },
  { kind, row, uuid, target, signal, now }: Resync,
): Promise<void> {
  const { path, query } = showQuestion(kind, row);
  const { cluster, parent_name, project_name } = row;
  const askCluster = askThroughMembers(parts.fleet, target.endpoints, signal, objectLimits);
  const asked = askStamp();
  const reply = await askCluster(path, query).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw resyncFault(kind, cause instanceof FleetFailure ? cause.message : 'no member could be asked', cause);
  });
  if (reply === undefined)
    return void (await parts.work.removeObject({ cluster, kind, asked, uuids: [uuid], at: now() }));
  const applied = await parts.work.applyObject({
    rowKind: rowKindOf(kind),
    cluster,
    servers: target.serverNames,
    parent: { name: parent_name, project_name, type: '' },
    bytes: reply.bytes,
    last_updated: now(),
    asked,
    uuid,
  });
  if (applied.kind === 'unreadable')
    throw resyncFault(kind, `GET ${path}: the answer cannot be used: ${applied.reason}`, undefined);
}

const resyncFault = (kind: InventoryKind, reason: string, cause: unknown): Fault =>
  new Fault('inventory_resync_failed', `Failed to resync ${kind}: ${reason}`, { cause });
