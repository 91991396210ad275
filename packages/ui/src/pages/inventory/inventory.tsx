import { factsOf, type InventoryItem, type InventoryKind } from '@operations-center/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { facetsQuery } from '../../data/clusters.ts';
import { type InventoryWish, inventoryQuery, inventorySampleQuery, inventoryTotalQuery } from '../../data/inventory.ts';
import { columnsOf } from '../../data/inventory-columns.ts';
import { useLive } from '../../data/live-provider.tsx';
import { FilterBox } from '../../parts/filter-box.tsx';
import { FilterNote } from '../../parts/filter-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Page } from '../../parts/page.tsx';
import { Rows } from '../../parts/table/list-page.tsx';
import { Table } from '../../parts/table/table.tsx';
import { paths } from '../../paths.ts';
import { AsOfBox } from './as-of-box.tsx';
import { CsvButton } from './csv-button.tsx';
import { Facets } from './facets.tsx';
import { fieldsOfSample } from './fields.rules.ts';
import styles from './inventory.module.css';
import { InventoryEmpty } from './inventory-empty.tsx';
import { KindList, KindSelect } from './kind-list.tsx';
import { ListNote } from './list-note.tsx';
import { PastNote } from './past-note.tsx';
import type { InventorySearch } from './search.rules.ts';
import { StaleNote } from './stale-note.tsx';
import { tableColumns } from './table-columns.tsx';

const route = getRouteApi(paths.inventory);

/** What the clusters hold, kind by kind, now or as it was. */
export function InventoryPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { kind = 'instance', filter = '', sort = '', asOf = '' } = search;
  const wish = useMemo(() => ({ kind, filter, sort, asOf }), [kind, filter, sort, asOf]);
  const go = (next: Partial<InventorySearch>): void => void navigate({ search: { ...search, ...next }, replace: true });
  // What a filter asks for belongs to a kind; what is shown of the past does not.
  const goKind = (next: InventoryKind): void => go({ kind: next, filter: '', sort: '' });
  return (
    <Page
      title="Inventory"
      note={<ListNote wish={wish} />}
      actions={
        <>
          <AsOfBox value={asOf} onChange={(time) => go({ asOf: time })} />
          <LinkButton
            size="xs"
            variant="default"
            to={paths.inventoryDiff}
            search={{ kind, ...(asOf !== '' && { from: asOf }) }}
          >
            What changed
          </LinkButton>
          <CsvButton wish={wish} />
        </>
      }
    >
      {asOf === '' ? <StaleNote kind={kind} /> : <PastNote asOf={asOf} onNow={() => go({ asOf: '' })} />}
      <div className={styles['frame']}>
        <div className={styles['side']}>
          <KindList kind={kind} onKind={goKind} />
          <Facets kind={kind} filter={filter} onFilter={(next) => go({ filter: next })} />
        </div>
        <div className={styles['list']}>
          <div className={styles['narrow']}>
            <KindSelect kind={kind} onKind={goKind} />
            <details>
              <summary>Narrow down</summary>
              <Facets kind={kind} filter={filter} onFilter={(next) => go({ filter: next })} />
            </details>
          </div>
          <Items wish={wish} onSearch={go} />
        </div>
      </div>
    </Page>
  );
}

const keyOf = ({ uuid }: InventoryItem): string => uuid;

function Items({ wish, onSearch }: { wish: InventoryWish; onSearch(next: Partial<InventorySearch>): void }) {
  const { kind, filter, sort, asOf } = wish;
  const list = useInfiniteQuery(inventoryQuery(wish));
  const total = useQuery(inventoryTotalQuery(wish));
  const facets = useQuery(facetsQuery());
  const sample = useQuery(inventorySampleQuery(kind));
  const { state } = useLive();
  const fields = useMemo(
    () =>
      fieldsOfSample(
        sample.data ?? [],
        columnsOf(kind).some(({ path }) => path === 'object.status'),
      ),
    [sample.data, kind],
  );
  const columns = useMemo(() => tableColumns(kind, asOf), [kind, asOf]);
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items), [list.data]);
  const { fetchNextPage, hasNextPage, isFetching, isError } = list;
  const more = useCallback((): void => {
    // What failed is not asked again and again.
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return (
    <>
      <FilterBox
        fields={fields}
        value={filter}
        onChange={(next) => onSearch({ filter: next })}
        example='name startsWith "a" and cluster == "b"'
      />
      {list.error === null ? null : (
        <FilterNote error={list.error} filter={filter} onFilter={(next) => onSearch({ filter: next })} />
      )}
      {rows === undefined && list.error === null ? <Rows /> : null}
      {rows?.length === 0 && !hasNextPage ? (
        <InventoryEmpty
          kind={kind}
          isNarrowed={filter !== '' || asOf !== ''}
          hasAny={facets.data?.kinds.length !== 0}
        />
      ) : null}
      {rows === undefined || rows.length === 0 ? null : (
        <Table
          name={factsOf(kind).plural}
          rows={rows}
          columns={columns}
          keyOf={keyOf}
          sort={sort}
          onSort={(next) => onSearch({ sort: next })}
          dim={state === 'lost' || state === 'signed-out' || list.error !== null}
          isSorted
          onEnd={more}
          total={hasNextPage ? (total.data ?? undefined) : rows.length}
        />
      )}
    </>
  );
}
