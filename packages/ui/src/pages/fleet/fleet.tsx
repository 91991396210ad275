import { Code, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo, useMemo } from 'react';
import { serversQuery } from '../../data/servers.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Page } from '../../parts/page.tsx';
import { states } from '../../parts/states.ts';
import styles from './fleet.module.css';
import { countStates, groupTiles, type Tile, type TileGroup } from './fleet.rules.ts';

/** Every server a tile, grouped by cluster. */
export function FleetPage() {
  const { data, error, isPending } = useQuery(serversQuery());
  const groups = useMemo(() => groupTiles(data ?? []), [data]);
  if (error !== null) return <ErrorNote error={error} />;
  if (isPending) return <Skeleton height={120} />;
  if (data.length === 0) return <NoServers />;
  return (
    <Page title="Fleet">
      <Group gap="md" component="p" my="xs">
        {countStates(groups).map(([state, count]) => (
          <Text key={state} size="sm" component="span">
            {states[state].sign} {count} {states[state].word}
          </Text>
        ))}
      </Group>
      {groups.map((group) => (
        <ClusterTiles key={group.cluster} group={group} />
      ))}
    </Page>
  );
}

function ClusterTiles({ group: { cluster, tiles } }: { group: TileGroup }) {
  const name = cluster === '' ? 'In no cluster' : cluster;
  return (
    <section className={styles['group']} aria-label={name}>
      <Text size="sm" fw={600} component="h2">
        {name}{' '}
        <Text span size="sm" c="dimmed" fw={400}>
          {tiles.length}
        </Text>
      </Text>
      <ul className={styles['tiles']}>
        {tiles.map((tile) => (
          <ServerTile key={tile.name} {...tile} />
        ))}
      </ul>
    </section>
  );
}

const ServerTile = memo(function ServerTile({ state, sentence }: Tile) {
  return (
    <li key={state} className={`${styles['tile']} ${styles['pulse']}`} data-state={state} title={sentence}>
      <span aria-hidden="true">{states[state].sign}</span>
      <span hidden>{sentence}</span>
    </li>
  );
});

function NoServers() {
  return (
    <EmptyState title="No server has registered">
      Servers register by themselves with a token. Make one, and put it into their installation image:{' '}
      <Code>operations-center provisioning token add --uses 3</Code>
    </EmptyState>
  );
}
