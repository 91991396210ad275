import type { InventoryFreshness } from '@operations-center/contract';
import { isStale } from '../../data/cluster.rules.ts';
import { useNowMs } from '../../parts/time/now.ts';
import { Age } from '../../parts/time/when.tsx';
import styles from './inventory.module.css';

/** Which clusters are shown as they were, since when, and why; nothing while all are live. */
export function StaleNote({ views, cluster }: { views: readonly InventoryFreshness[]; cluster: string | undefined }) {
  const nowMs = useNowMs();
  const stale = views.filter((view) => isStale(view, nowMs) && (cluster ?? view.cluster) === view.cluster);
  return stale.map(({ cluster: name, stale_since, reason }) => (
    <p key={name} className={styles['stale']}>
      <span aria-hidden="true">○</span> <bdi>{name}</bdi>: changes after <Age at={stale_since ?? ''} /> may be missing:{' '}
      {reason}
    </p>
  ));
}
