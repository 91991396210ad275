import { Skeleton, Text } from '@mantine/core';
import type { Cluster } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { clusterSentence, clusterState } from '../../data/cluster.rules.ts';
import { clusterQuery } from '../../data/clusters.ts';
import { quoted, serversQuery } from '../../data/servers.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Name } from '../../parts/name.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { RecentOperations } from '../operations/recent-operations.tsx';
import { ArtifactList } from './artifact-list.tsx';
import styles from './cluster.module.css';
import { ClusterActions } from './cluster-actions.tsx';
import { InventorySummary } from './inventory-summary.tsx';
import { MemberList } from './member-list.tsx';

const route = getRouteApi(paths.cluster);

/** One cluster: its members, what it holds, what was done to it, what can be done. */
export function ClusterPage() {
  const { name } = route.useParams();
  const { data, error } = useQuery(clusterQuery(name));
  const servers = useQuery(serversQuery(`cluster == ${quoted(name)}`));
  if (data === undefined) return error === null ? <Skeleton height={240} /> : <ErrorNote error={error} />;
  const members = servers.data ?? [];
  return (
    <Page
      title={<Name>{data.name}</Name>}
      note={<StateBadge state={clusterState(data, members)} word={clusterSentence(data, members)} />}
      actions={<ClusterActions cluster={data} />}
    >
      {error === null ? null : <ErrorNote error={error} />}
      <div className={styles['columns']}>
        <div>
          <Section title="Members">
            {servers.error === null ? null : <ErrorNote error={servers.error} />}
            <MemberList members={members} />
          </Section>
          <Section title="Inventory">
            <InventorySummary cluster={name} />
          </Section>
          <Section title="Operations">
            <RecentOperations cluster={name} />
          </Section>
        </div>
        <div>
          <Section title="Facts">
            <ClusterFacts cluster={data} />
          </Section>
          <Section title="Files made with it">
            <ArtifactList cluster={name} />
          </Section>
        </div>
      </div>
    </Page>
  );
}

function ClusterFacts({ cluster }: { cluster: Cluster }) {
  const { connection_url, channel, description, properties, fingerprint, config, last_updated } = cluster;
  const { post_restore_delay, restore_mode } = config.rolling_restart;
  return (
    <Facts
      of={[
        ['Address', <Name key="address">{connection_url}</Name>],
        [
          'Description',
          description === '' ? null : (
            <Text key="description" fz={13} lineClamp={6} title={description}>
              {description}
            </Text>
          ),
        ],
        ['Channel', channel],
        ['Certificate', <code key="certificate">{fingerprint}</code>],
        ['Pause after a restart', post_restore_delay],
        ['Restore', restore_mode],
        ...Object.entries(properties ?? {}),
        ['Changed', <Age key="changed" at={last_updated} />],
      ]}
    />
  );
}
