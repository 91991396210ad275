import { Code, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLive } from '../../data/live-provider.tsx';
import { serversQuery } from '../../data/servers.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { states } from '../../parts/states.ts';
import { paths } from '../../paths.ts';
import { RecentOperations } from '../operations/recent-operations.tsx';
import styles from './fleet.module.css';
import { countStates, groupTiles } from './fleet.rules.ts';
import { Needs } from './needs.tsx';
import { ClusterTiles } from './tiles.tsx';

/** What needs a person, every server as a tile, and what was done lately. */
export function FleetPage() {
  const { data, error } = useQuery(serversQuery());
  const { state } = useLive();
  const groups = useMemo(() => groupTiles(data ?? []), [data]);
  if (data?.length === 0) return <NoServers />;
  return (
    <Page
      title="Fleet"
      note={data === undefined ? null : <Counts groups={groups} />}
      actions={
        <LinkButton size="xs" to={paths.createCluster}>
          Create a cluster
        </LinkButton>
      }
    >
      {error === null ? null : <ErrorNote error={error} />}
      {data === undefined ? <Skeleton height={160} /> : <Needs servers={data} />}
      <div className={styles['picture']} data-dim={state === 'lost' || state === 'signed-out'}>
        {groups.map((group) => (
          <ClusterTiles key={group.cluster} group={group} />
        ))}
      </div>
      <Section title="Operations">
        <RecentOperations />
      </Section>
    </Page>
  );
}

const Counts = ({ groups }: { groups: Parameters<typeof countStates>[0] }) => (
  <span className={styles['counts']}>
    {countStates(groups).map(([state, count]) => (
      <span key={state}>
        <span aria-hidden="true">{states[state].sign}</span> {count.toLocaleString('en')} {states[state].word}
      </span>
    ))}
  </span>
);

function NoServers() {
  return (
    <Page title="Fleet">
      <EmptyState title="No server has registered">
        Servers register by themselves with a token. Make one, and put it into their installation image:{' '}
        <Code>operations-center provisioning token add --uses 3</Code>
      </EmptyState>
    </Page>
  );
}
