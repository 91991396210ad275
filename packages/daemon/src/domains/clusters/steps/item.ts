import type { ConfigMap } from '@operations-center/fleet-protocol';
import type { Endpoint } from '../../../fleet/connection.ts';
import type { IncusObjectIdentity, IncusObjectKind } from '../../../fleet/incus-objects.ts';
import type { Sealed } from '../../../platform/sealing.ts';
import type { PlannedItem } from '../create-cluster-plan.ts';
import type { CreateClusterParts } from './parts.ts';

/** An item as a person wrote it, opened: the body Incus takes, and each member's own config. */
export type OpenItem = {
  planned: PlannedItem;
  wanted: ItemBody;
  perMember: Readonly<Record<string, ConfigMap>> | null;
};

/** What Incus takes and answers for an item; which keys there are depends on the kind. */
export type ItemBody = Record<string, unknown>;

/** Where an item is read and written: the cluster, asked through one member; and the members' names. */
export type ItemSite = {
  parts: CreateClusterParts;
  cluster: Endpoint;
  members: readonly string[];
  signal: AbortSignal;
};

/** What the items were before any of them was touched, by key: null = not there. Sealed, for configs hold secrets. */
export type ItemsBefore = { before: Record<string, Sealed | null> };

/** How one kind of item is read, made, changed and taken away. Each is tolerant of having been done before. */
export type ItemKind = {
  /** Null: there is none. `partial`: begun, by us, and not ended. */
  read(site: ItemSite, item: OpenItem): Promise<{ live: ItemBody; partial: boolean } | null>;
  create(site: ItemSite, item: OpenItem): Promise<void>;
  /** Replaces; `body` is all of the writable part. */
  update(site: ItemSite, item: OpenItem, body: ItemBody): Promise<void>;
  remove(site: ItemSite, item: OpenItem): Promise<void>;
};

export function openItem(parts: CreateClusterParts, planned: PlannedItem): OpenItem {
  // Sealed by the planner from what the documents package made.
  const open = (sealed: Sealed) => JSON.parse(parts.sealer.open(sealed)) as ItemBody;
  const perMember =
    planned.per_member === null
      ? null
      : Object.fromEntries(
          Object.entries(planned.per_member).map(([server, sealed]) => [server, open(sealed) as ConfigMap]),
        );
  return { planned, wanted: open(planned.wanted), perMember };
}

/** The item's identity for the adapter; project and pool only where it has one. */
export const identityOf = <Kind extends IncusObjectKind>(item: OpenItem, kind: Kind): IncusObjectIdentity<Kind> => ({
  kind,
  name: item.planned.name,
  ...(item.planned.project === '' ? {} : { project: item.planned.project }),
  ...(item.planned.pool === '' ? {} : { pool: item.planned.pool }),
});

export const configOf = (body: ItemBody): ConfigMap => (body['config'] ?? {}) as ConfigMap;
