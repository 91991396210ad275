import { readDiff } from '../history/diff.store.ts';
import type { DiffAsk, DiffPage, DiffWindow } from '../history/diff.ts';
import { countDiff, type DiffTotal } from '../history/diff-totals.store.ts';
import { type HistoryAsk, type HistoryPage, readHistory } from '../history/object-history.store.ts';
import { countVersions, type KeptVersions, pruneHistory } from '../history/prune.store.ts';
import { countChanges } from '../lists/counters.store.ts';
import {
  countFiltered,
  countLookedAt,
  type FilteredAsk,
  type FilteredPage,
  type ListAsk,
  readFiltered,
} from '../lists/filtered-list.store.ts';
import { renameViews } from '../live/views.store.ts';
import { type FindResources, type FoundResources, findResources } from '../query/find-resources.store.ts';
import { type ReadResources, readResources } from '../query/read-resources.store.ts';
import {
  listIdentities,
  listParentsOf,
  type Page,
  type PageKey,
  readItems,
  readUrls,
} from '../rows/inventory.store.ts';
import { headOf, type ItemFilter, type ItemKind, uuidOf } from '../rows/inventory-item.ts';
import { makeStatistics } from '../rows/statistics.store.ts';
import { deleteCluster, moveSecrets, renameObject } from '../rows/write-rows.store.ts';
import {
  type ApplyResult,
  applyList,
  applyObject,
  type GoneObject,
  type ListReply,
  type ObjectApplied,
  type ObjectReply,
  removeAll,
  removeObject,
} from '../scan/apply-list.store.ts';
import { BadReply } from '../scan/list-ranges.ts';
import {
  countFacets,
  type FacetAsk,
  type Facets,
  type SearchAsk,
  type SearchPage,
  searchObjects,
} from '../search/search.store.ts';
import { resealInventory } from '../secrets/reseal.store.ts';
import type { Shown } from '../secrets/sealed-object.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';

/** `unreadable`: the reply as a whole is not what Incus answers; nothing was written. */
export type Applied = { kind: 'applied'; result: ApplyResult } | { kind: 'unreadable'; reason: string };

/** The long or heavy work on the inventory's database; it runs in a thread, or beside the caller for databases in memory. */
export type InventoryWork = {
  applyList(reply: ListReply): Promise<Applied>;
  applyObject(
    reply: ObjectReply,
  ): Promise<{ kind: 'applied'; result: ObjectApplied } | { kind: 'unreadable'; reason: string }>;
  removeObject(of: GoneObject): Promise<number>;
  /** Deletes what stands below a parent that is not there any more. How many. */
  removeOrphans(of: {
    kind: string;
    cluster: string;
    asked: number;
    at: string;
    parents: readonly { name: string; project_name: string | undefined }[];
  }): Promise<number>;
  removeCluster(of: { cluster: string; at: string }): Promise<number>;
  /** All rows of a cluster get its new name and their new UUIDs, at once. How many. */
  renameCluster(of: { from: string; to: string; kinds: readonly ItemKind[]; at: string }): Promise<number>;
  /** After the sealing key was exchanged. How many rows. */
  reseal(of: object): Promise<number>;
  readPage(ask: PageAsk): Promise<Page>;
  readFiltered(ask: FilteredAsk): Promise<FilteredPage>;
  /** How many fit; undefined: only a look at each can tell. */
  countFiltered(ask: ListAsk): Promise<number | undefined>;
  countLookedAt(ask: ListAsk): Promise<{ objects: number; looked_at: number }>;
  findResources(ask: FindResources): Promise<FoundResources>;
  readResources(ask: ReadResources): Promise<string>;
  searchObjects(ask: SearchAsk): Promise<SearchPage>;
  countFacets(ask: FacetAsk): Promise<Facets>;
  /** What became of one object. */
  readHistory(ask: HistoryAsk): Promise<HistoryPage>;
  readDiff(ask: DiffAsk): Promise<DiffPage>;
  countDiff(ask: DiffWindow): Promise<DiffTotal[]>;
  countVersions(ask: object): Promise<KeptVersions>;
  /** Forgets versions that ended before a time (microseconds), and the oldest if they need more than is allowed (bytes). */
  pruneHistory(of: { before: number; allowed: number }): Promise<void>;
};

/** `base`: URLs below it are wanted, else items. */
export type PageAsk = Shown & { filter: ItemFilter; base?: string; after?: PageKey | undefined; limit: number };

export function makeInventoryWork(db: InventoryWithVault): InventoryWork {
  const statistics = makeStatistics(db);
  return {
    applyList: (reply) =>
      readable(async () => {
        const result = await applyList(db, reply);
        await statistics.wrote(result.added + result.changed + result.removed);
        return { kind: 'applied', result };
      }),
    applyObject: (reply) => readable(async () => ({ kind: 'applied', result: await applyObject(db, reply) })),
    removeObject: (of) => removeObject(db, of),
    async removeOrphans({ kind, cluster, asked, at, parents }) {
      const alive = new Set(parents.map((parent) => placeOf(parent.name, parent.project_name)));
      const rows = await listParentsOf(db, kind, cluster);
      const gone = rows.filter(
        (row) =>
          !alive.has(placeOf(row.parent_name, row.project_name)) && !alive.has(placeOf(row.parent_name, undefined)),
      );
      return removeAll(
        db,
        { cluster, kind, asked },
        gone.map((row) => row.uuid),
        at,
      );
    },
    removeCluster: ({ cluster, at }) =>
      db.write('remove cluster from inventory', (tx) => deleteCluster(tx, cluster, at)),
    renameCluster: async ({ from, to, kinds, at }) => {
      const rows = await listIdentities(db, from);
      await db.write('rename cluster in inventory', async (tx) => {
        await deleteCluster(tx, to, at);
        await countChanges(tx, from);
        await renameViews(tx, from, to);
        for (const row of rows) {
          const kind = kinds.find((one) => one.kind === row.kind);
          if (kind === undefined) continue;
          const fields = { ...row, cluster: to };
          const uuid = uuidOf(kind, fields);
          await renameObject(tx, row, { uuid, cluster: to, head: headOf(kind, uuid, fields), at });
          if (row.sealed_with !== '') await moveSecrets(tx, db.vault, row, uuid);
        }
      });
      return rows.length;
    },
    reseal: () => resealInventory(db),
    readFiltered: (ask) => readFiltered(db, ask),
    countFiltered: (ask) => countFiltered(db, ask),
    countLookedAt: (ask) => countLookedAt(db, ask),
    findResources: (ask) => findResources(db, ask),
    readResources: (ask) => readResources(db, ask),
    searchObjects: (ask) => searchObjects(db, ask),
    countFacets: (ask) => countFacets(db, ask),
    readHistory: (ask) => readHistory(db, ask),
    readDiff: (ask) => readDiff(db, ask),
    countDiff: (ask) => countDiff(db, ask),
    countVersions: () => countVersions(db),
    pruneHistory: (of) => pruneHistory(db, of),
    readPage: ({ filter, base, after, limit, withSecrets }) =>
      base === undefined
        ? readItems(db, filter, after, limit, { withSecrets })
        : readUrls(db, filter, base, after, limit),
  };
}

const placeOf = (name: string, project: string | undefined): string => JSON.stringify([name, project ?? null]);

async function readable<T>(work: () => Promise<T>): Promise<T | { kind: 'unreadable'; reason: string }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadReply) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}
