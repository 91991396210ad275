import { NativeSelect, Skeleton } from '@mantine/core';
import { type InventoryKind, inventoryKindNames, inventoryKinds } from '@operations-center/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { facetsQuery, freshnessQuery } from '../../data/clusters.ts';
import { type InventoryWish, kindOf, objectsQuery } from '../../data/inventory.ts';
import { useLive } from '../../data/live-provider.tsx';
import { quoted } from '../../data/servers.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { FilterBox } from '../../parts/filter-box.tsx';
import { Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table/table.tsx';
import { paths } from '../../paths.ts';
import { AsOf } from './as-of.tsx';
import styles from './inventory.module.css';
import { columnsOf } from './kind-columns.tsx';
import { withCondition } from './object.rules.ts';
import { StaleNote } from './stale-note.tsx';

const route = getRouteApi(paths.inventory);

/** Objects of one kind in all clusters: narrowed by words, facets and an expression, now or as they were. */
export function InventoryPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { state } = useLive();
  const { kind: word, ...wish } = search;
  const kind = kindOf(word);
  const found = useInfiniteQuery({ ...objectsQuery(kind, wish), placeholderData: (before) => before });
  const facets = useQuery(facetsQuery());
  const freshness = useQuery(freshnessQuery());
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.rows), [found.data]);
  const columns = useMemo(() => columnsOf(kind, wish.as_of), [kind, wish.as_of]);
  const total = found.data?.pages[0]?.total;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const go = (change: Partial<InventoryWish> & { kind?: InventoryKind }): void =>
    void navigate({ search: clean({ ...search, ...change }), replace: true });
  return (
    <Page
      title="Inventory"
      note={
        total === undefined
          ? null
          : `${total.toLocaleString('en')} ${inventoryKinds[kind][total === 1 ? 'noun' : 'plural']}`
      }
      actions={<AsOf value={wish.as_of} onChange={(as_of) => go({ as_of })} />}
    >
      <StaleNote views={freshness.data ?? []} cluster={wish.cluster} />
      <div className={styles['bar']}>
        <NativeSelect
          size="xs"
          aria-label="Kind"
          value={kind}
          data={inventoryKindNames.map((name) => ({ value: name, label: withCount(name, facets.data?.kinds) }))}
          onChange={({ currentTarget: { value } }) => go({ kind: kindOf(value), filter: '', sort: '' })}
        />
        <Facet
          name="Cluster"
          value={wish.cluster}
          counts={facets.data?.clusters}
          onChange={(cluster) => go({ cluster })}
        />
        <Facet
          name="Project"
          value={wish.project}
          counts={facets.data?.projects}
          onChange={(project) => go({ project })}
        />
        <Facet
          name="Status"
          value=""
          counts={facets.data?.statuses}
          onChange={(status) => go({ filter: withCondition(wish.filter ?? '', `object.status == ${quoted(status)}`) })}
        />
      </div>
      <div className={styles['filter']}>
        <FilterBox fields={fieldsOf(kind)} value={wish.filter ?? ''} onChange={(filter) => go({ filter })} />
      </div>
      {found.error === null ? null : <ErrorNote error={found.error} />}
      {rows === undefined && found.error === null ? <Skeleton height={240} /> : null}
      {rows?.length === 0 ? (
        <NothingFound isNarrowed={Object.keys(wish).length > 0} plural={inventoryKinds[kind].plural} />
      ) : null}
      {rows === undefined || rows.length === 0 ? null : (
        <Table
          name={inventoryKinds[kind].plural}
          rows={rows}
          columns={columns}
          keyOf={({ uuid }) => uuid}
          sort={wish.sort ?? ''}
          onSort={(sort) => go({ sort })}
          isSorted
          onEnd={onEnd}
          dim={state === 'lost' || state === 'signed-out'}
        />
      )}
    </Page>
  );
}

type Counts = readonly { value: string; count: number }[] | undefined;

const withCount = (kind: InventoryKind, counts: Counts): string => {
  const count = counts?.find(({ value }) => value === kind)?.count ?? 0;
  return `${inventoryKinds[kind].plural} (${count.toLocaleString('en')})`;
};

/** What an expression of a kind may begin with. */
const fieldsOf = (kind: InventoryKind): string[] => [
  ...['name', 'cluster', 'server', 'project_name', 'parent_name', 'type', 'last_updated'],
  ...inventoryKinds[kind].columns.flatMap(({ path }) => (path.startsWith('object.') ? [path] : [])),
  ...['object.description', 'object.config'],
];

const clean = <Search extends object>(search: Search): Search =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== '' && value !== undefined)) as Search; // the same without what is empty

function Facet({
  name,
  value,
  counts,
  onChange,
}: {
  name: string;
  value: string | undefined;
  counts: Counts;
  onChange(value: string): void;
}) {
  return (
    <NativeSelect
      size="xs"
      aria-label={name}
      value={value ?? ''}
      data={[
        { value: '', label: `${name}: all` },
        ...(counts ?? []).map((one) => ({
          value: one.value,
          label: `${one.value} (${one.count.toLocaleString('en')})`,
        })),
      ]}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

const NothingFound = ({ isNarrowed, plural }: { isNarrowed: boolean; plural: string }) => (
  <EmptyState title={isNarrowed ? `No ${plural} are like that` : `There are no ${plural}`}>
    {isNarrowed
      ? 'Take something away from what is asked for.'
      : 'What Incus has is seen here by itself, as soon as a cluster stands.'}
  </EmptyState>
);
