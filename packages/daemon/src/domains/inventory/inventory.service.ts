import { Fault, type InventoryFreshness, type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import { compileFilter, type Filter } from '@operations-center/filter';
import type { FleetConnections } from '../../fleet/connection.ts';
import type { FleetEvents } from '../../fleet/event-stream.ts';
import type { ChangeLog } from '../../platform/change-log.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { type RunningLoop, startLoop } from '../../platform/loops.ts';
import { makePatientTurns } from '../../platform/turns.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { makeChangeLog } from './changes/changes.service.ts';
import { itemColumns } from './filters/item-fields.ts';
import { type HistoryService, type KeptHistory, makeHistoryService } from './history/history.service.ts';
import { findItemAsOf } from './history/versions.store.ts';
import { readUuid } from './inventory.rules.ts';
import { type ListService, makeListService } from './lists/lists.service.ts';
import { makeFollowers } from './live/follow-clusters.service.ts';
import { makeFreshnessService } from './live/freshness.service.ts';
import { lookAt } from './live/look-at.service.ts';
import { type LooksQueue, makeLooksQueue } from './live/looks-queue.ts';
import { type InventoryQuery, queryAnswer } from './query/query-inventory.service.ts';
import { findIdentity, findItem, listStoredClusters } from './rows/inventory.store.ts';
import { nanosecondTime } from './rows/inventory-item.ts';
import { makeClusterScans } from './scan/cluster-scans.service.ts';
import { makeClusterTurns } from './scan/cluster-turns.ts';
import { askThroughMembers, objectLimits } from './scan/failover.service.ts';
import { resyncObject } from './scan/resync-object.service.ts';
import type { ScanResult, ScanTarget } from './scan/scan-cluster.service.ts';
import { nextScanMs } from './scan/scan-schedule.rules.ts';
import { rowKindOf } from './scan/scanned-kinds.ts';
import { makeSearchService, type SearchService } from './search/search.service.ts';
import type { Shown } from './secrets/sealed-object.ts';
import type { InventoryWithVault } from './secrets/vault.ts';
import type { InventoryWork } from './threads/inventory-work.store.ts';

export type InventoryService = {
  /** Of one kind. */
  lists: ListService;
  /** What fits of all clusters, or of these, as JSON in pieces: OC's aggregate. */
  query(
    wanted: InventoryQuery,
    clusters: readonly string[] | undefined,
    asOf?: string,
  ): Promise<AsyncIterable<Uint8Array>>;
  /** The JSON of one item. */
  load(kind: InventoryKind, uuid: string, asOf?: string, shown?: Shown): Promise<string>;
  /** By words, over all kinds. */
  search: SearchService;
  /** What changes in it, for who follows. */
  changes: ChangeLog;
  /** How it was before. */
  history: HistoryService;
  /** How fresh the inventory is: of all clusters, or of one. */
  freshness(cluster: string | undefined): Promise<InventoryFreshness[]>;
  /** Everything of one cluster, now; waits for one that runs. What went wrong is in the result. */
  scanCluster(target: ScanTarget, signal: AbortSignal): Promise<ScanResult>;
  /** Asks Incus for one object: changed, unchanged or gone. */
  resyncObject(kind: InventoryKind, uuid: string, signal: AbortSignal): Promise<void>;
  /** Forgets all of a cluster; what reads it is ended first. */
  removeCluster(cluster: string): Promise<void>;
  /** All UUIDs of the cluster change with it. */
  renameCluster(from: string, to: string): Promise<void>;
  /** Begins to follow and to scan all ready clusters. */
  start(): void;
  stop(): Promise<void>;
};

export type InventoryParts = {
  database: InventoryWithVault;
  /** Writes what scans read, in a thread or beside us. */
  work: InventoryWork;
  /** Writes what events made us look at: it must not wait for the long lists of a scan. */
  looks: Pick<InventoryWork, 'applyObject' | 'removeObject'>;
  /** Long reads, the same. */
  pages: Pick<InventoryWork, ListReads | SearchReads | HistoryReads | 'findResources' | 'readResources'>;
  /** How much of what was may be kept. */
  keptHistory?: () => KeptHistory;
  fleet: Pick<FleetConnections, 'call'>;
  events: FleetEvents;
  /** The clusters that are ready. */
  clustersToScan: () => Promise<readonly ScanTarget[]>;
  /** All clusters there are, ready or not: rows of others are left over from a crash, and go. */
  clusterNames: () => Promise<readonly string[]>;
  /** Where people see that a cluster could not be read or is not followed; over when it is again. */
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  /** Given where other daemons work on the same inventory: whether following and scanning a cluster is ours. */
  isMine?(cluster: string): boolean;
  /** The state of a member changed. */
  onServer?(name: string): void;
  clock: Clock;
  log: Log;
  everyMs?: number;
  /** After so long a scan makes room for others. */
  slowScanMs?: number;
};

type SearchReads = 'searchObjects' | 'countFacets';
type ListReads = 'readPage' | 'readFiltered' | 'countFiltered' | 'countLookedAt';
type HistoryReads = 'readHistory' | 'readDiff' | 'countDiff' | 'countVersions';

const defaultKept: KeptHistory = { days: 90, bytes: 10 * 2 ** 30 };
const quarterHourMs = 15 * 60_000;
/** So often it is looked at which clusters there are, and which are due. */
const tickMs = 5_000;
const clustersAtOnce = 4;
/** Clusters that answer slowly must not hold up the scans of the others. */
const slowScanMs = 30_000;

export function makeInventoryService(parts: InventoryParts): InventoryService {
  const { database, work, clock, log, everyMs = quarterHourMs } = parts;
  const turns = makeClusterTurns();
  const now = makeStamp(clock);
  const scans = makeClusterScans({ ...parts, turns, now });
  const history = makeHistoryService({ ...parts, kept: parts.keptHistory ?? (() => defaultKept) });
  const isCompiled = (filter: Filter): boolean =>
    compileFilter(filter, database.dialect, itemColumns).rest === undefined;
  const lists = makeListService({ database, pages: parts.pages, history, isCompiled, clock });
  const inPool = makePatientTurns(clustersAtOnce, parts.slowScanMs ?? slowScanMs);
  const scheduled = new Set<string>();
  /** When we first saw a cluster: its first scan is its follower's matter. */
  const firstSeen = new Map<string, number>();
  const stopping = new AbortController();
  let loop: RunningLoop | undefined;
  let isResealed = false;
  const isMine = (cluster: string): boolean => parts.isMine?.(cluster) ?? true;

  const followers = makeFollowers({
    ...parts,
    makeQueue,
    async scanAll(target, signal) {
      const result = await inPool(() => scans.all(target, signal));
      // It is live now: other daemons are told.
      if (parts.isMine !== undefined) loop?.nudge();
      return result;
    },
    onLost: (cluster, sinceMs, heardMs) => freshness.writeSeen(cluster, sinceMs, heardMs),
  });

  const freshness = makeFreshnessService({ ...parts, stateOf: (cluster) => followers.state(cluster) });

  function makeQueue(target: () => ScanTarget, signal: AbortSignal, onLost: (error: unknown) => void): LooksQueue {
    const ask = askThroughMembers(parts.fleet, target().endpoints, signal, objectLimits);
    return makeLooksQueue({
      lookAt: (place, beside) => lookAt({ target: target(), ask, database, work: parts.looks, now }, place, beside),
      scan: (take) => scans.some(target(), take, signal),
      onLost,
    });
  }

  async function removeCluster(cluster: string): Promise<void> {
    await followers.end(cluster);
    scans.forget(cluster);
    firstSeen.delete(cluster);
    await turns.end(cluster, async () => void (await work.removeCluster({ cluster, at: now() })));
  }

  async function removeLeftOvers(): Promise<void> {
    // In this order: a cluster that comes between the two questions is not taken for gone.
    const stored = await listStoredClusters(database);
    const known = new Set(await parts.clusterNames());
    for (const cluster of stored) if (!known.has(cluster) && isMine(cluster)) await removeCluster(cluster);
  }

  function scanDue(target: ScanTarget): void {
    const { cluster } = target;
    const first = firstSeen.get(cluster) ?? clock.nowMs();
    firstSeen.set(cluster, first);
    const { startedMs, failures } = scans.last(cluster) ?? { startedMs: first, failures: 0 };
    // One that nobody answers for is scanned as soon as it is followed again.
    const last = { startedMs, failures: followers.state(cluster)?.live === true ? failures : 0 };
    if (scheduled.has(cluster) || nextScanMs(cluster, last, everyMs) > clock.nowMs()) return;
    scheduled.add(cluster);
    void inPool(() => scans.all(target, stopping.signal))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err: error, cluster }, 'the inventory of a cluster could not be read');
      })
      .finally(() => scheduled.delete(cluster));
  }

  /** Before the first scan: by the digests of the key of before, what holds a secret would look changed. */
  async function resealOnce(): Promise<void> {
    if (isResealed) return;
    const rows = await work.reseal({});
    isResealed = true;
    if (rows > 0) log.info({ rows }, 'the inventory is sealed with the present key');
  }

  async function look(): Promise<void> {
    await resealOnce();
    await removeLeftOvers();
    await history.prune();
    const targets = (await parts.clustersToScan()).filter(({ cluster }) => isMine(cluster));
    followers.sync(targets);
    for (const target of targets) scanDue(target);
    await freshness.tellOthers(targets.map(({ cluster }) => cluster));
  }

  return {
    changes: makeChangeLog(database),
    history,
    search: makeSearchService({ pages: parts.pages, history }),
    lists,
    async query(wanted, clusters, asOf) {
      const as_of = asOf === undefined ? undefined : await history.readTime(asOf);
      const stored = await listStoredClusters(database, as_of);
      const among = clusters === undefined ? stored : stored.filter((name) => clusters.includes(name));
      const now_ms = as_of === undefined ? clock.nowMs() : Math.floor(as_of / 1_000);
      return queryAnswer(parts.pages, wanted, { clusters: among, now_ms, as_of });
    },
    async load(kind, uuid, asOf, shown) {
      if (asOf !== undefined) {
        const at = await history.readTime(asOf);
        return (await findItemAsOf(database, kind, readUuid(uuid), at, shown)) ?? raiseNotFound();
      }
      return (await findItem(database, kind, readUuid(uuid), shown)) ?? raiseNotFound();
    },
    async freshness(only) {
      const names = (await parts.clusterNames()).filter((name) => only === undefined || name === only);
      return freshness.of(names.toSorted(), only);
    },
    async scanCluster(target, signal) {
      const result = await scans.all(target, signal);
      // A cluster that has just been made is followed at once.
      if (followers.state(target.cluster) === undefined) loop?.nudge();
      return result;
    },
    async resyncObject(kind, given, signal) {
      const uuid = readUuid(given);
      const row = (await findIdentity(database, kind, uuid)) ?? raiseNotFound();
      const target = (await parts.clustersToScan()).find(({ cluster }) => cluster === row.cluster);
      if (target === undefined)
        throw new Fault(
          'inventory_cluster_not_scanned',
          `Failed to resync ${kind}: cluster "${row.cluster}" is not ready`,
        );
      await turns.inTurn(row.cluster, () => resyncObject(parts, { kind, row, uuid, target, signal, now }));
    },
    removeCluster,
    async renameCluster(from, to) {
      await followers.end(from);
      scans.forget(from);
      await turns.end(from, async () => {
        await work.renameCluster({ from, to, kinds: inventoryKindNames.map(rowKindOf), at: now() });
      });
      loop?.nudge();
    },
    start() {
      loop ??= startLoop({ name: 'inventory', everyMs: Math.min(tickMs, everyMs), look }, { clock, log });
    },
    async stop() {
      stopping.abort(new Error('the daemon is stopping'));
      await loop?.stop();
      await Promise.all([followers.stop(), turns.close()]);
    },
  };
}

function raiseNotFound(): never {
  throw new Fault('inventory_object_not_found', 'Not found');
}

/** Milliseconds of the clock, and below them what the machine counts: two stamps in a row differ. */
function makeStamp(clock: Clock): () => string {
  return () => nanosecondTime(clock.nowMs(), Number(process.hrtime.bigint() % 1_000_000n));
}
