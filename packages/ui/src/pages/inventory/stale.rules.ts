import type { InventoryFreshness, InventoryKind } from '@operations-center/contract';

export type StaleCluster = { cluster: string; seen: string | null; reason: string };

/** A cluster that was lost for less is found again by itself before a person has read of it. */
const tellAfterMs = 60_000;

/** The clusters of which this kind is not seen any more, or was never. */
export function staleClusters(
  views: readonly InventoryFreshness[],
  kind: InventoryKind,
  nowMs: number,
): StaleCluster[] {
  return views.flatMap((view) => {
    const one = view.kinds.find((entry) => entry.kind === kind);
    if (one === undefined) return [];
    const told = { cluster: view.cluster, seen: one.seen_at, reason: one.reason || view.reason };
    if (one.seen_at === null) return [told];
    return one.stale_since !== null && nowMs - Date.parse(one.stale_since) >= tellAfterMs ? [told] : [];
  });
}
