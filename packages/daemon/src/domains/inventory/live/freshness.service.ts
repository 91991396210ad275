import { type InventoryFreshness, inventoryKindNames } from '@operations-center/contract';
import type { Clock } from '../../../platform/clock.ts';
import type { InventoryDatabase } from '../../../schema.ts';
import { freshnessOf } from './freshness.rules.ts';
import { everyKind, type FollowState } from './freshness.ts';
import { listViews, putViews } from './views.store.ts';

export type FreshnessService = {
  /** In the order of the names; `only`: just the views of this one are read. */
  of(clusters: readonly string[], only?: string): Promise<InventoryFreshness[]>;
  /** What was live until then is written down: nobody else knows it once the stream is gone. */
  writeSeen(cluster: string, sinceMs: number, heardMs: number): Promise<void>;
  /** Where other daemons work on the same inventory: that what they show of these clusters is live. Now and then. */
  tellOthers(clusters: readonly string[]): Promise<void>;
};

export type FreshnessParts = {
  database: InventoryDatabase;
  clock: Clock;
  /** Undefined: not followed by this daemon. */
  stateOf(cluster: string): FollowState | undefined;
  /** Given where other daemons work on the same inventory. */
  isMine?: ((cluster: string) => boolean) | undefined;
};

const tellOthersEveryMs = 20_000;

export function makeFreshnessService({ database, clock, stateOf, isMine }: FreshnessParts): FreshnessService {
  let toldOthersMs = 0;

  async function of(clusters: readonly string[], only?: string): Promise<InventoryFreshness[]> {
    const views = await listViews(database, only);
    return clusters.map((cluster) =>
      freshnessOf({
        ...{ cluster, kinds: inventoryKindNames, follow: stateOf(cluster), isMine: isMine?.(cluster) ?? true },
        ...{ views: views.filter((view) => view.cluster === cluster), nowMs: clock.nowMs() },
      }),
    );
  }

  return {
    of,
    async writeSeen(cluster, sinceMs, heardMs) {
      const views = await listViews(database, cluster);
      const live = views.filter(({ seen_at, problem }) => problem === '' && seen_at >= sinceMs);
      const seen = live.map((view) => ({ ...view, seen_at: Math.round(heardMs) }));
      await database.write('inventory seen', (tx) => putViews(tx, seen));
    },
    async tellOthers(clusters) {
      if (isMine === undefined || clock.nowMs() - toldOthersMs < tellOthersEveryMs) return;
      const live = (await of(clusters)).filter((fresh) => fresh.live);
      if (live.length === 0) return;
      toldOthersMs = clock.nowMs();
      const views = live.map(({ cluster, seen_at }) => ({
        ...{ cluster, kind: everyKind, seen_at: Date.parse(seen_at ?? ''), problem: '' },
      }));
      await database.write('inventory told', (tx) => putViews(tx, views));
    },
  };
}
