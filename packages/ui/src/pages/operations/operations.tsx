import { Code } from '@mantine/core';
import type { Operation } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { countDone, standOf, tookMs } from '../../data/operation.rules.ts';
import { operationsQuery } from '../../data/operations.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Name } from '../../parts/name.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import type { Column } from '../../parts/table/column.ts';
import { ListPage } from '../../parts/table/list-page.tsx';
import { useNowMs } from '../../parts/time/now.ts';
import { stopwatch } from '../../parts/time/time.rules.ts';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';

const Took = ({ operation }: { operation: Operation }) => stopwatch(tookMs(operation, useNowMs()));

const columns: Column<Operation>[] = [
  {
    key: 'description',
    title: 'What',
    width: 4,
    cell: ({ id, description }) => (
      <Link to={paths.operation} params={{ id }}>
        <Name>{description}</Name>
      </Link>
    ),
    value: ({ description }) => description,
  },
  {
    key: 'status',
    title: 'Status',
    width: 2,
    cell: (operation) => <StateBadge {...standOf(operation)} title={operation.err} />,
    value: (operation) => standOf(operation).word,
  },
  {
    key: 'steps',
    title: 'Steps',
    from: 'tablet',
    isNumber: true,
    cell: (operation) => `${countDone(operation).done} of ${countDone(operation).all}`,
    value: (operation) => countDone(operation).done,
  },
  { key: 'took', title: 'Took', from: 'tablet', isNumber: true, cell: (operation) => <Took operation={operation} /> },
  {
    key: 'begun',
    title: 'Begun',
    from: 'tablet',
    cell: ({ created_at }) => <Age at={created_at} />,
    value: ({ created_at }) => created_at,
  },
  {
    key: 'id',
    title: 'Id',
    from: 'desktop',
    cell: ({ id }) => <Name>{id.slice(0, 6)}</Name>,
    value: ({ id }) => id,
  },
];

const route = getRouteApi(paths.operations);

/** All long work, newest first. */
export function OperationsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error } = useQuery(operationsQuery());
  return (
    <ListPage
      title="Operations"
      words={['operation', 'operations']}
      rows={data}
      error={error}
      columns={columns}
      keyOf={({ id }) => id}
      search={{ ...search, sort: search.sort ?? '-begun' }}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      empty={
        <EmptyState title="Nothing has been done yet">
          Long work, such as making a cluster, is an operation: it can be watched, cancelled and taken back. Try{' '}
          <Code>operations-center provisioning cluster add --help</Code>
        </EmptyState>
      }
    />
  );
}
