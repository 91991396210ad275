import type { InventoryFreshness, InventoryKind } from '@operations-center/contract';
import { everyKind, type FollowState, type View } from './freshness.ts';

export type FreshnessFacts = {
  cluster: string;
  kinds: readonly InventoryKind[];
  views: readonly View[];
  /** Undefined: not followed by this daemon. */
  follow: FollowState | undefined;
  /** Following it is this daemon's matter, not another one's. */
  isMine: boolean;
  nowMs: number;
};

/** A daemon that follows a cluster says so more often than this. */
const signOfLifeMs = 60_000;

/**
 * How fresh the inventory of a cluster is, kind by kind. A kind that was read since its events are followed is as
 * fresh as the last sign of life of the member that tells them; any other as its last scan.
 */
export function freshnessOf({ cluster, kinds, views, follow, isMine, nowMs }: FreshnessFacts): InventoryFreshness {
  const byKind = new Map(views.map((view) => [view.kind, view]));
  const { seen_at: toldMs = 0 } = byKind.get(everyKind) ?? {};
  // Another daemon follows it, and what it writes is what we show.
  const isTold = follow === undefined && !isMine && nowMs - toldMs < signOfLifeMs;
  const told = kinds.map((kind) => {
    const { seen_at: seen = 0, problem = '' } = byKind.get(kind) ?? {};
    if (isTold) return { kind, seen: Math.max(seen, toldMs), isLive: true, problem: '' };
    const isLive = follow?.live === true && problem === '' && seen >= follow.since;
    return { kind, seen: isLive ? Math.max(seen, follow.heard_at) : seen, isLive, problem };
  });
  const stale = told.filter(({ isLive }) => !isLive);
  return {
    cluster,
    live: stale.length === 0,
    seen_at: timeText(Math.min(...told.map(({ seen }) => seen))),
    stale_since: stale.length === 0 ? null : timeText(Math.min(...stale.map(({ seen }) => seen))),
    reason: stale.length === 0 ? '' : reasonOf(follow, stale, isMine),
    ...followText(follow),
    kinds: told.map(({ kind, seen, isLive, problem }) => ({
      kind,
      seen_at: timeText(seen),
      stale_since: isLive ? null : timeText(seen),
      reason: problem,
    })),
  };
}

function followText(follow: FollowState | undefined) {
  if (follow === undefined) return { member: '', since: null, next_try: null, pending: 0 };
  const since = timeText(follow.since);
  if (follow.live) return { member: follow.member, since, next_try: null, pending: follow.pending };
  return { member: '', since, next_try: timeText(follow.next_try), pending: 0 };
}

function reasonOf(
  follow: FollowState | undefined,
  stale: readonly { problem: string; kind: string }[],
  isMine: boolean,
): string {
  if (follow === undefined && !isMine)
    return 'another daemon follows it, and has not said for a minute that it does: here it is as of the last scan';
  if (follow === undefined) return 'it is not followed yet: it was made just now, or is not ready';
  if (!follow.live) return follow.reason === '' ? 'no member was asked yet to tell its events' : follow.reason;
  const failed = stale.find(({ problem }) => problem !== '');
  return failed === undefined ? 'it is being read' : `${failed.kind}: ${failed.problem}`;
}

/** Null: never. */
const timeText = (ms: number): string | null => (ms === 0 ? null : new Date(ms).toISOString());
