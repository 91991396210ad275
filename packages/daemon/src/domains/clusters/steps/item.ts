import type { Endpoint } from '../../../fleet/connection.ts';
import type { Sealed } from '../../../platform/keys/sealing.ts';
import type { ItemBody, OpenItem } from '../plan/open-item.ts';
import type { CreateClusterParts } from './parts.ts';

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
