import { Code } from '@mantine/core';
import type { Cluster } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { clusterSentence, clusterState } from '../../data/cluster.rules.ts';
import { clustersQuery } from '../../data/clusters.ts';
import { type ServerBrief, serversQuery } from '../../data/servers.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Name } from '../../parts/name.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import type { Column } from '../../parts/table/column.ts';
import { ListPage } from '../../parts/table/list-page.tsx';
import { paths } from '../../paths.ts';

type Row = { cluster: Cluster; members: readonly ServerBrief[] };

const columns: Column<Row>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 2,
    cell: ({ cluster: { name } }) => (
      <Link to={paths.cluster} params={{ name }}>
        <Name>{name}</Name>
      </Link>
    ),
    value: ({ cluster: { name } }) => name,
  },
  {
    key: 'status',
    title: 'Status',
    width: 2,
    cell: ({ cluster, members }) => (
      <StateBadge state={clusterState(cluster, members)} word={clusterSentence(cluster, members)} />
    ),
    value: ({ cluster, members }) => clusterSentence(cluster, members),
  },
  {
    key: 'members',
    title: 'Members',
    isNumber: true,
    cell: ({ members }) => members.length,
    value: ({ members }) => members.length,
  },
  {
    key: 'address',
    title: 'Address',
    width: 2,
    from: 'tablet',
    cell: ({ cluster: { connection_url } }) => <Name>{connection_url}</Name>,
    value: ({ cluster: { connection_url } }) => connection_url,
  },
  {
    key: 'channel',
    title: 'Channel',
    from: 'desktop',
    cell: ({ cluster: { channel } }) => <Name>{channel}</Name>,
    value: ({ cluster: { channel } }) => channel,
  },
  {
    key: 'description',
    title: 'Description',
    width: 2,
    from: 'desktop',
    cell: ({ cluster: { description } }) => <bdi title={description}>{description}</bdi>,
    value: ({ cluster: { description } }) => description,
  },
];

const fields = ['name', 'status', 'channel', 'connection_url', 'description', 'fingerprint'];
const route = getRouteApi(paths.clusters);

/** All clusters, and how their members fare. */
export function ClustersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error } = useQuery({ ...clustersQuery(search.filter), placeholderData: (before) => before });
  const { data: servers } = useQuery(serversQuery());
  const rows = useMemo(() => {
    const byCluster = Map.groupBy(servers ?? [], ({ cluster }) => cluster);
    return data?.map((cluster) => ({ cluster, members: byCluster.get(cluster.name) ?? [] }));
  }, [data, servers]);
  return (
    <ListPage
      title="Clusters"
      words={['cluster', 'clusters']}
      rows={rows}
      error={error}
      columns={columns}
      keyOf={({ cluster: { name } }) => name}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      fields={fields}
      actions={
        <LinkButton size="xs" to={paths.createCluster}>
          Create a cluster
        </LinkButton>
      }
      empty={
        <EmptyState title="There is no cluster yet">
          A cluster is made of servers that have registered: create one here, or with{' '}
          <Code>operations-center provisioning cluster add --help</Code>
        </EmptyState>
      }
    />
  );
}
