import { factsOf } from '@operations-center/contract';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import type { InventoryDatabase } from '../../../schema.ts';
import { listVolumesOf } from '../rows/inventory.store.ts';
import { uuidOf } from '../rows/inventory-item.ts';
import { askStamp } from '../scan/ask-stamp.ts';
import type { AskCluster } from '../scan/failover.service.ts';
import type { ScanTarget } from '../scan/scan-cluster.service.ts';
import { rowKindOf, showQuestion } from '../scan/scanned-kinds.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import { type Beside, kindsBelow, type Look, type ObjectPlace } from './object-place.ts';

export type LookAtParts = {
  target: Pick<ScanTarget, 'cluster' | 'serverNames'>;
  ask: AskCluster;
  database: InventoryDatabase;
  work: Pick<InventoryWork, 'applyObject' | 'removeObject'>;
  now(): string;
};

/**
 * Asks Incus for one object and stores what it answers: changed, unchanged or gone. Gives back what is to be looked at
 * because of it. Throws a FleetFailure when no member can be asked.
 */
export async function lookAt(
  parts: LookAtParts,
  place: ObjectPlace,
  beside: Beside | undefined,
): Promise<readonly Look[]> {
  const { path, query } = showQuestion(place.kind, place);
  const asked = askStamp();
  try {
    const reply = await parts.ask(path, query);
    const next =
      reply === undefined ? await remove(parts, place, asked) : await store(parts, place, asked, beside, reply.bytes);
    return beside === 'volumes' ? [...next, ...(await storedVolumes(parts, place))] : next;
  } catch (error) {
    // This object cannot be asked for by itself; the list may have it, or says why not.
    if (error instanceof FleetFailure && error.kind === 'permanent' && error.code !== 'certificate_changed')
      return [{ look: 'kind', kind: place.kind }];
    throw error;
  }
}

async function store(
  { target, work, now }: LookAtParts,
  place: ObjectPlace,
  asked: number,
  beside: Beside | undefined,
  bytes: Uint8Array,
): Promise<readonly Look[]> {
  const { cluster, serverNames } = target;
  const rowKind = rowKindOf(place.kind);
  const applied = await work.applyObject({
    ...{ rowKind, cluster, servers: serverNames, bytes, asked, beside },
    parent:
      rowKind.parent === 'none' ? undefined : { name: place.parent_name, project_name: place.project_name, type: '' },
    last_updated: now(),
    uuid: uuidOf(rowKind, { ...place, cluster }),
  });
  if (applied.kind === 'unreadable') return [{ look: 'kind', kind: place.kind }];
  const places = applied.result.beside;
  if (places === undefined) return [{ look: 'kind', kind: 'instance' }];
  return places.map((one) => ({ look: 'object', place: one }));
}

async function remove({ target, work, now }: LookAtParts, place: ObjectPlace, asked: number): Promise<readonly Look[]> {
  const { cluster } = target;
  const { kind, project_name, name } = place;
  const rowKind = rowKindOf(kind);
  // Shared storage: the member was asked, but the object is on none.
  const servers = new Set([place.server, '']);
  const uuids = [...servers].map((server) => uuidOf(rowKind, { ...place, server, cluster }));
  const kinds = kindsBelow(kind);
  const ofProject = kinds.some((one) => factsOf(one).project === 'parent');
  const below = { kinds, parent_name: name, ...(ofProject ? { project_name } : {}) };
  await work.removeObject({ cluster, kind, asked, uuids, at: now(), ...(kinds.length === 0 ? {} : { below }) });
  return [];
}

/** Those of an instance that moved or went are still stored where they were. */
async function storedVolumes({ database, target }: LookAtParts, place: ObjectPlace): Promise<readonly Look[]> {
  const { project_name, name } = place;
  const volumes = await listVolumesOf(database, { cluster: target.cluster, project_name, name });
  return volumes.map((volume) => ({
    look: 'object',
    place: { kind: 'storage_volume', project_name, name, ...volume },
  }));
}
