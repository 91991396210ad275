import type { ConfigMap, ObjectIdentity, ObjectKind } from '@operations-center/fleet-protocol';
import { fingerprintOfPem } from '@operations-center/tls';
import type { Sealed, Sealer } from '../../../platform/keys/sealing.ts';
import type { PlannedItem } from './plan.ts';

/** What Incus takes and answers for an item; which keys there are depends on the kind. */
export type ItemBody = Record<string, unknown>;

/** An item as a person wrote it, opened: the body Incus takes, and each member's own config. */
export type OpenItem = {
  planned: PlannedItem;
  wanted: ItemBody;
  perMember: Readonly<Record<string, ConfigMap>> | null;
};

export function openItem({ sealer }: { sealer: Sealer }, planned: PlannedItem): OpenItem {
  // Sealed by the planner from what the documents package made.
  const open = (sealed: Sealed) => JSON.parse(sealer.open(sealed)) as ItemBody;
  const perMember =
    planned.per_member === null
      ? null
      : Object.fromEntries(
          Object.entries(planned.per_member).map(([server, sealed]) => [server, open(sealed) as ConfigMap]),
        );
  return { planned, wanted: open(planned.wanted), perMember };
}

/** The item's identity on the wire; project and pool only where it has one. */
export const identityOf = <Kind extends ObjectKind>(
  { planned }: OpenItem,
  kind: Kind,
): ObjectIdentity & { kind: Kind } => ({
  kind,
  name: planned.name,
  ...(planned.project === '' ? {} : { project: planned.project }),
  ...(planned.pool === '' ? {} : { pool: planned.pool }),
});

export const configOf = (body: ItemBody): ConfigMap => (body['config'] ?? {}) as ConfigMap;

export const fingerprintOf = (item: OpenItem): string => fingerprintOfPem(String(item.wanted['certificate']));

/** Incus knows a trusted certificate by its fingerprint, whatever its name. */
export const byFingerprint = (item: OpenItem): OpenItem => ({
  ...item,
  planned: { ...item.planned, name: fingerprintOf(item), project: '' },
});
