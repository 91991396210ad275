import { Code } from '@mantine/core';

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { serverSentence, serverState } from '../../data/server-state.rules.ts';
import { type ServerBrief, serversQuery } from '../../data/servers.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Name } from '../../parts/name.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import type { Column } from '../../parts/table/column.ts';
import { ListPage } from '../../parts/table/list-page.tsx';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';

const columns: Column<ServerBrief>[] = [
  {
    key: 'name',
    title: 'Name',
    width: 2,
    cell: ({ name }) => (
      <Link to={paths.server} params={{ name }}>
        <Name>{name}</Name>
      </Link>
    ),
    value: ({ name }) => name,
  },
  {
    key: 'status',
    title: 'Status',
    width: 2,
    cell: (server) => (
      <StateBadge state={serverState(server)} word={serverSentence(server)} title={serverSentence(server)} />
    ),
    value: serverSentence,
  },
  { key: 'cluster', title: 'Cluster', cell: ({ cluster }) => <Name>{cluster}</Name>, value: ({ cluster }) => cluster },
  {
    key: 'address',
    title: 'Address',
    width: 2,
    from: 'tablet',
    cell: ({ connection_url }) => <Name>{connection_url}</Name>,
    value: ({ connection_url }) => connection_url,
  },
  {
    key: 'type',
    title: 'Type',
    from: 'desktop',
    cell: ({ server_type }) => server_type,
    value: ({ server_type }) => server_type,
  },
  {
    key: 'channel',
    title: 'Channel',
    from: 'desktop',
    cell: ({ channel }) => <Name>{channel}</Name>,
    value: ({ channel }) => channel,
  },
  {
    key: 'seen',
    title: 'Last seen',
    from: 'tablet',
    cell: ({ last_seen }) => <Age at={last_seen} />,
    value: ({ last_seen }) => last_seen,
  },
];

const fields = ['name', 'status', 'status_detail', 'cluster', 'type', 'channel', 'connection_url', 'description'];
const route = getRouteApi(paths.servers);

/** All servers, narrowed by an expression. */
export function ServersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error } = useQuery({ ...serversQuery(search.filter), placeholderData: (before) => before });
  return (
    <ListPage
      title="Servers"
      words={['server', 'servers']}
      rows={data}
      error={error}
      columns={columns}
      keyOf={({ name }) => name}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      fields={fields}
      empty={
        <EmptyState title="No server has registered">
          Servers register by themselves with a token. Make one, and put it into their installation image:{' '}
          <Code>operations-center provisioning token add --uses 3</Code>
        </EmptyState>
      }
    />
  );
}
