import { Anchor, Group, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo, useMemo } from 'react';
import { ask } from '../../data/api.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { serverStates } from '../../parts/server-state.ts';
import styles from './fleet.module.css';
import { countStates, groupTiles, type Tile, type TileGroup } from './fleet.rules.ts';

const loadServers = ({ signal }: { signal: AbortSignal }) =>
  ask('servers_list', { query: { recursion: '1' }, signal }) as Promise<Parameters<typeof groupTiles>[0]>; // with recursion: objects

/** Every server a tile, grouped by cluster. */
export function FleetPage() {
  const { data, error, isPending } = useQuery({ queryKey: ['servers'], queryFn: loadServers });
  const groups = useMemo(() => groupTiles(data ?? []), [data]);
  if (error !== null) return <ErrorNote error={error} />;
  if (isPending) return <Skeleton height={120} />;
  if (data.length === 0) return <NoServers />;
  return (
    <>
      <Title order={1} size="xl">
        Fleet
      </Title>
      <Group gap="md" component="p" my="xs">
        {countStates(groups).map(([state, count]) => (
          <Text key={state} size="sm" component="span">
            {serverStates[state].sign} {count} {serverStates[state].word}
          </Text>
        ))}
      </Group>
      {groups.map((group) => (
        <ClusterTiles key={group.cluster} group={group} />
      ))}
    </>
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
      <span aria-hidden="true">{serverStates[state].sign}</span>
      <span hidden>{sentence}</span>
    </li>
  );
});

function NoServers() {
  return (
    <>
      <Title order={1} size="xl">
        No server has registered
      </Title>
      <Text mt="xs">
        Servers register by themselves with a token. Make one, and put it into their installation image:{' '}
        <code>operations-center provisioning token add --uses 3</code>{' '}
        <Anchor href="https://linuxcontainers.org/incus-os/docs/main/">IncusOS</Anchor>
      </Text>
    </>
  );
}
