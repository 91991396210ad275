import type { InventoryKind } from '@operations-center/contract';
import type { FleetConnections } from '../../../fleet/connection.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import type { InventoryDatabase } from '../../../schema.ts';
import type { WarningService } from '../../warnings/warnings.service.ts';
import type { View } from '../live/freshness.ts';
import { forgetLooks } from '../live/looks.store.ts';
import { putViews } from '../live/views.store.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import { askStamp } from './ask-stamp.ts';
import type { ClusterTurns } from './cluster-turns.ts';
import { askThroughMembers } from './failover.service.ts';
import { makeReplyTurns, type ReplyTurns } from './reply-turns.ts';
import { type ScanProblem, type ScanResult, type ScanTarget, scanCluster } from './scan-cluster.service.ts';
import type { LastScan } from './scan-schedule.rules.ts';

export type ClusterScansParts = {
  database: InventoryDatabase;
  work: InventoryWork;
  fleet: Pick<FleetConnections, 'call'>;
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  turns: ClusterTurns;
  /** Given where other daemons work on the same inventory. */
  isMine?(cluster: string): boolean;
  clusterNames: () => Promise<readonly string[]>;
  clock: Clock;
  log: Log;
  now(): string;
};

export type ClusterScans = {
  /** Everything of one cluster; callers at once share one. */
  all(target: ScanTarget, signal: AbortSignal): Promise<ScanResult>;
  /** Some kinds, told when its turn has come. */
  some(target: ScanTarget, take: () => readonly InventoryKind[] | 'everything', signal: AbortSignal): Promise<void>;
  /** The last scan of everything by this daemon. */
  last(cluster: string): LastScan | undefined;
  forget(cluster: string): void;
};

/** A cluster that takes longer than this to tell what it has must not hold up the others for good. */
const scanLimitMs = 10 * 60_000;

export function makeClusterScans(parts: ClusterScansParts): ClusterScans {
  const { turns, clock } = parts;
  const replies = makeReplyTurns();
  const lastScans = new Map<string, LastScan>();

  async function all(target: ScanTarget, ended: AbortSignal): Promise<ScanResult> {
    const last = { startedMs: clock.nowMs(), failures: (lastScans.get(target.cluster)?.failures ?? 0) + 1 };
    lastScans.set(target.cluster, last);
    const { result, views } = await readKinds({ ...parts, replies }, target, ended);
    if (views.every(({ problem }) => problem === '')) last.failures = 0;
    await forgetIfGone(target.cluster);
    await tell(parts, target.cluster, result);
    return result;
  }

  /** Turns are this daemon's own: another one may have removed or renamed the cluster while we read it. */
  async function forgetIfGone(cluster: string): Promise<void> {
    if (parts.isMine === undefined || (await parts.clusterNames()).includes(cluster)) return;
    await parts.work.removeCluster({ cluster, at: parts.now() });
  }

  return {
    all: (target, signal) => turns.scan(target.cluster, signal, (ended) => all(target, ended)),
    some: (target, take, signal) =>
      turns.inTurn(target.cluster, async (ended) => {
        signal.throwIfAborted();
        const kinds = take();
        if (kinds === 'everything') return void (await all(target, ended));
        const { result, views } = await readKinds(
          { ...parts, replies },
          target,
          AbortSignal.any([ended, signal]),
          kinds,
        );
        const last = lastScans.get(target.cluster);
        // The regular scan then comes early.
        if (last?.failures === 0 && views.some(({ problem }) => problem !== '')) last.failures = 1;
        const { problems, ...figures } = result;
        parts.log.debug({ cluster: target.cluster, kinds, ...figures, problems }, 'kinds of the inventory were read');
      }),
    last: (cluster) => lastScans.get(cluster),
    forget: (cluster) => void lastScans.delete(cluster),
  };
}

/** Reads, and writes down how fresh the inventory is with that: also of what was read before it was given up. */
async function readKinds(
  parts: ClusterScansParts & { replies: ReplyTurns },
  target: ScanTarget,
  ended: AbortSignal,
  kinds?: readonly InventoryKind[],
): Promise<{ result: ScanResult; views: View[] }> {
  const { cluster } = target;
  const signal = AbortSignal.any([ended, AbortSignal.timeout(scanLimitMs)]);
  const [began, startedMs] = [askStamp(), parts.clock.nowMs()];
  const ask = askThroughMembers(parts.fleet, target.endpoints, signal);
  const views: View[] = [];
  const onKind = (kind: InventoryKind, problem = ''): void => {
    views.push({ cluster, kind, seen_at: problem === '' ? startedMs : 0, problem });
  };
  try {
    const result = await scanCluster(
      target,
      { ask, work: parts.work, replies: parts.replies, signal, now: parts.now, onKind },
      kinds,
    );
    return { result, views };
  } finally {
    if (!ended.aborted)
      await parts.database.write('inventory seen', async (tx) => {
        await putViews(tx, views);
        // Lists of this cluster follow each other: none that was asked for earlier is still to come.
        await forgetLooks(tx, cluster, began);
      });
  }
}

async function tell(
  { log, warnings }: ClusterScansParts,
  cluster: string,
  { problems, ...figures }: ScanResult,
): Promise<void> {
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
