import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { freshnessSentence } from '../../data/cluster.rules.ts';
import { facetsQuery, freshnessQuery } from '../../data/clusters.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Age } from '../../parts/time/when.tsx';
import styles from './cluster.module.css';

/** How many objects of each kind there are, and how fresh that is. */
export function InventorySummary({ cluster }: { cluster: string }) {
  const facets = useQuery(facetsQuery(cluster));
  const freshness = useQuery(freshnessQuery(cluster));
  const error = facets.error ?? freshness.error;
  const [view] = freshness.data ?? [];
  const sentence = view === undefined ? '' : freshnessSentence(view);
  return (
    <>
      {error === null ? null : <ErrorNote error={error} />}
      {view === undefined || sentence === '' ? null : (
        <Text size="sm" mb={6} component="p">
          <StateBadge state={view.live ? 'working' : 'unreachable'} word={view.live ? 'live' : 'not live'} /> {sentence}
          {view.stale_since === null ? null : (
            <>
              ; changes after <Age at={view.stale_since} /> may be missing
            </>
          )}
        </Text>
      )}
      <ul className={styles['counts']}>
        {(facets.data?.kinds ?? []).map(({ value, count }) => (
          <li key={value}>
            {count.toLocaleString('en')} {kindWord(value, count)}
          </li>
        ))}
      </ul>
      {facets.data?.kinds.length === 0 ? <Text size="sm">Nothing has been read of it yet.</Text> : null}
    </>
  );
}

/** `network_acl` as people read it. */
const kindWord = (kind: string, count: number): string => `${kind.replaceAll('_', ' ')}${count === 1 ? '' : 's'}`;
