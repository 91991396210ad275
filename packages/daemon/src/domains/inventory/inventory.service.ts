import { Fault, type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import type { Filter } from '@operations-center/filter';
import type { FleetConnections } from '../../fleet/connection.ts';
import { FleetFailure } from '../../fleet/fleet-failure.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { type RunningLoop, startLoop } from '../../platform/loops.ts';
import type { InventoryDatabase } from '../../schema.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { makeClusterTurns } from './cluster-turns.ts';
import { askThroughMembers } from './failover.service.ts';
import { filteredAnswer } from './filtered-list.service.ts';
import { readUuid } from './inventory.rules.ts';
import { findIdentity, findItem, type Identified, type ItemFilter, listStoredClusters } from './inventory.store.ts';
import { nanosecondTime } from './inventory-item.ts';
import { type ListAnswer, listAnswer } from './inventory-lists.store.ts';
import type { InventoryWork } from './inventory-work.store.ts';
import { type ScanProblem, type ScanResult, type ScanTarget, scanCluster } from './scan-cluster.service.ts';
import { rowKindOf, showQuestion } from './scanned-kinds.ts';

export type InventoryService = {
  /** All items that fit, or with `base` their URLs, as JSON. */
  list(filter: ItemFilter, base: string | undefined, wanted?: Filter): Promise<ListAnswer>;
  /** The JSON of one item. */
  load(kind: InventoryKind, uuid: string): Promise<string>;
  /** Everything of one cluster, now; waits for one that runs. What went wrong is in the result. */
  scanCluster(target: ScanTarget, signal: AbortSignal): Promise<ScanResult>;
  /** Asks Incus for one object: changed, unchanged or gone. */
  resyncObject(kind: InventoryKind, uuid: string, signal: AbortSignal): Promise<void>;
  /** Forgets all of a cluster; a scan that runs is ended first. */
  removeCluster(cluster: string): Promise<void>;
  /** All UUIDs of the cluster change with it. */
  renameCluster(from: string, to: string): Promise<void>;
  /** Begins to scan all ready clusters regularly. */
  start(): void;
  stop(): Promise<void>;
};

export type InventoryParts = {
  database: InventoryDatabase;
  /** Writes, in a thread or beside us. */
  work: InventoryWork;
  /** Long reads, the same. */
  pages: Pick<InventoryWork, 'readPage' | 'readFiltered'>;
  fleet: Pick<FleetConnections, 'call'>;
  /** The clusters that are ready. */
  clustersToScan: () => Promise<readonly ScanTarget[]>;
  /** All clusters there are, ready or not: rows of others are left over from a crash, and go. */
  clusterNames: () => Promise<readonly string[]>;
  /** Where people see that a cluster could not be read; over with the next scan without problems. */
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  /** Given where other daemons work on the same inventory: whether the regular scan of a cluster is ours. */
  isMine?(cluster: string): boolean;
  clock: Clock;
  log: Log;
  everyMs?: number;
};

const quarterHourMs = 15 * 60_000;
/** A cluster that takes longer than this to tell what it has must not hold up the others for good. */
const scanLimitMs = 10 * 60_000;
const clustersAtOnce = 2;

export function makeInventoryService(parts: InventoryParts): InventoryService {
  const { database, work, clock, log } = parts;
  const turns = makeClusterTurns();
  const now = makeStamp(clock);
  let loop: RunningLoop | undefined;
  const isMine = (cluster: string): boolean => parts.isMine?.(cluster) ?? true;

  const scan = (target: ScanTarget, signal: AbortSignal): Promise<ScanResult> =>
    turns.scan(target.cluster, signal, async (ended) => {
      const limited = AbortSignal.any([ended, AbortSignal.timeout(scanLimitMs)]);
      const ask = askThroughMembers(parts.fleet, target.endpoints, limited);
      const result = await scanCluster(target, { ask, work, signal: limited, now });
      await forgetIfGone(target.cluster);
      await tell(parts, target.cluster, result);
      return result;
    });

  /** Turns are this daemon's own: another one may have removed or renamed the cluster while we read it. */
  async function forgetIfGone(cluster: string): Promise<void> {
    if (parts.isMine === undefined || (await parts.clusterNames()).includes(cluster)) return;
    await work.removeCluster({ cluster });
  }

  const removeCluster = (cluster: string): Promise<void> =>
    turns.end(cluster, async () => void (await work.removeCluster({ cluster })));

  async function removeLeftOvers(): Promise<void> {
    // In this order: a cluster that comes between the two questions is not taken for gone.
    const stored = await listStoredClusters(database);
    const known = new Set(await parts.clusterNames());
    for (const cluster of stored) if (!known.has(cluster) && isMine(cluster)) await removeCluster(cluster);
  }

  async function scanAll(signal: AbortSignal): Promise<void> {
    await removeLeftOvers();
    const left = (await parts.clustersToScan()).filter(({ cluster }) => isMine(cluster));
    const runner = async (): Promise<void> => {
      for (let target = left.shift(); target !== undefined && !signal.aborted; target = left.shift()) {
        const { cluster } = target;
        await scan(target, signal).catch((error: unknown) => {
          if (!signal.aborted) log.warn({ err: error, cluster }, 'the inventory of a cluster could not be read');
        });
      }
    };
    await Promise.all(Array.from({ length: clustersAtOnce }, runner));
  }

  return {
    list(filter, base, wanted) {
      const ask = base === undefined ? { filter } : { filter, base };
      if (wanted === undefined) return listAnswer(database, parts.pages, ask);
      return filteredAnswer(parts.pages, wanted, { ...ask, now_ms: clock.nowMs() });
    },
    async load(kind, uuid) {
      return (await findItem(database, kind, readUuid(uuid))) ?? raiseNotFound();
    },
    scanCluster: scan,
    async resyncObject(kind, given, signal) {
      const row = (await findIdentity(database, kind, readUuid(given))) ?? raiseNotFound();
      const target = (await parts.clustersToScan()).find(({ cluster }) => cluster === row.cluster);
      if (target === undefined)
        throw new Fault(
          'inventory_cluster_not_scanned',
          `Failed to resync ${kind}: cluster "${row.cluster}" is not ready`,
        );
      await turns.inTurn(row.cluster, () => resync(parts, { kind, row, uuid: readUuid(given), target, signal, now }));
    },
    removeCluster,
    renameCluster: (from, to) =>
      turns.end(from, async () => {
        await work.renameCluster({ from, to, kinds: inventoryKindNames.map(rowKindOf) });
      }),
    start() {
      loop ??= startLoop({ name: 'inventory', everyMs: parts.everyMs ?? quarterHourMs, look: scanAll }, { clock, log });
    },
    async stop() {
      await loop?.stop();
      await turns.close();
    },
  };
}

type Resync = {
  kind: InventoryKind;
  row: Identified;
  uuid: string;
  target: ScanTarget;
  signal: AbortSignal;
  now: () => string;
};

async function resync(parts: InventoryParts, { kind, row, uuid, target, signal, now }: Resync): Promise<void> {
  const { path, query } = showQuestion(kind, row);
  const askCluster = askThroughMembers(parts.fleet, target.endpoints, signal);
  const reply = await askCluster(path, query).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw resyncFault(kind, cause instanceof FleetFailure ? cause.message : 'no member could be asked', cause);
  });
  if (reply === undefined) return void (await parts.work.removeObject({ kind, uuid }));
  const { cluster, parent_name, project_name } = row;
  const applied = await parts.work.applyObject({
    rowKind: rowKindOf(kind),
    cluster,
    servers: target.serverNames,
    parent: { name: parent_name, project_name, type: '' },
    bytes: reply.bytes,
    last_updated: now(),
    uuid,
  });
  if (applied.kind === 'unreadable')
    throw resyncFault(kind, `GET ${path}: the answer cannot be used: ${applied.reason}`, undefined);
}

const resyncFault = (kind: InventoryKind, reason: string, cause: unknown): Fault =>
  new Fault('inventory_resync_failed', `Failed to resync ${kind}: ${reason}`, { cause });

function raiseNotFound(): never {
  throw new Fault('inventory_object_not_found', 'Not found');
}

/** Milliseconds of the clock, and below them what the machine counts: two stamps in a row differ. */
function makeStamp(clock: Clock): () => string {
  return () => nanosecondTime(clock.nowMs(), Number(process.hrtime.bigint() % 1_000_000n));
}

async function tell(parts: InventoryParts, cluster: string, { problems, ...figures }: ScanResult): Promise<void> {
  const { log, warnings } = parts;
  const subject = {
    type: 'Inventory resync failed',
    scope: 'inventory_resync',
    entity_type: 'cluster',
    entity: cluster,
  };
  if (problems.length === 0) await warnings.clear(undefined, subject);
  else await warnings.raise(undefined, { ...subject, message: problemText(problems) });
  if (problems.length > 0) log.warn({ cluster, ...figures, problems }, 'the inventory was read, with problems');
  else log.debug({ cluster, ...figures }, 'the inventory was read');
}

/** The first few in words, the rest by number: a cluster that nobody answers for fails in every kind. */
function problemText(problems: readonly ScanProblem[]): string {
  const texts = problems.map(
    ({ kind, parent, message }) => `${parent === undefined ? kind : `${kind} of ${parent}`}: ${message}`,
  );
  const shown = texts.slice(0, 5).join('; ');
  return texts.length > 5 ? `${shown}; and ${texts.length - 5} more` : shown;
}
