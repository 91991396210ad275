import { Button, NativeSelect, Skeleton, Text } from '@mantine/core';
import { factsOf, type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { clustersQuery } from '../../data/clusters.ts';
import {
  type DiffWish,
  historyUsageQuery,
  inventoryDiffQuery,
  inventoryDiffTotalsQuery,
} from '../../data/inventory.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { paths } from '../../paths.ts';
import { AsOfBox } from './as-of-box.tsx';
import { ChangeList } from './change-list.tsx';
import styles from './diff.module.css';
import { type DiffSearch, isKind } from './search.rules.ts';

const route = getRouteApi(paths.inventoryDiff);
const dayMs = 86_400_000;

/** A day ago, or since something is known; undefined: that is still asked. */
function useBegin(): string | undefined {
  const [dayAgo] = useState(() => Date.now() - dayMs);
  const { data, error } = useQuery(historyUsageQuery());
  if (data === undefined) return error === null ? undefined : new Date(dayAgo).toISOString();
  // To the next whole second: the box has no finer time, and the one before may not be known any more.
  const kept = Math.ceil(Date.parse(data.kept_since) / 1_000) * 1_000;
  return new Date(Math.max(dayAgo, kept)).toISOString();
}

/** What differs between two times; without a second one, until now. */
export function InventoryDiffPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const begin = useBegin();
  const { from = begin ?? '', to = '', kind = '', cluster = '' } = search;
  const wish = { from, to, kind, cluster };
  const go = (next: { from?: string; to?: string; kind?: InventoryKind | undefined; cluster?: string }): void => {
    const all = Object.entries({ ...search, ...next }).filter(([, value]) => value !== undefined && value !== '');
    void navigate({ search: Object.fromEntries(all) as DiffSearch, replace: true }); // only empty ones were left out
  };
  const clusters = useQuery(clustersQuery());
  return (
    <Page
      title="What changed"
      note={
        <Link className={styles['up']} to={paths.inventory}>
          Inventory
        </Link>
      }
      actions={
        <>
          <AsOfBox label="From" value={from} onChange={(time) => go({ from: time })} />
          <AsOfBox label="To" value={to} onChange={(time) => go({ to: time })} />
          <NativeSelect
            size="xs"
            aria-label="Kind"
            value={kind}
            data={[
              { value: '', label: 'All kinds' },
              ...inventoryKindNames.map((value) => ({ value, label: factsOf(value).plural })),
            ]}
            onChange={({ currentTarget: { value } }) => go({ kind: isKind(value) ? value : undefined })}
          />
          <NativeSelect
            size="xs"
            aria-label="Cluster"
            value={cluster}
            data={[{ value: '', label: 'All clusters' }, ...(clusters.data ?? []).map(({ name }) => name)]}
            onChange={({ currentTarget: { value } }) => go({ cluster: value })}
          />
        </>
      }
    >
      {from === '' ? <Skeleton height={240} /> : <Differences wish={wish} />}
    </Page>
  );
}

function Differences({ wish }: { wish: DiffWish }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(inventoryDiffQuery(wish));
  if (error !== null && data === undefined) return <ErrorNote error={error} />;
  const changes = data?.pages.flatMap((page) => page.changes);
  return (
    <>
      {error === null ? null : <ErrorNote error={error} />}
      <Totals wish={wish} />
      <Section title="Objects">
        {changes === undefined ? <Skeleton height={240} /> : <ChangeList changes={changes} />}
        {changes?.length === 0 ? <Text size="sm">Nothing differs between these times.</Text> : null}
        {hasNextPage ? (
          <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        ) : null}
      </Section>
    </>
  );
}

/** Over millions of changes this takes seconds: the objects do not wait for it. */
function Totals({ wish }: { wish: DiffWish }) {
  const { data, error } = useQuery(inventoryDiffTotalsQuery(wish));
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton height={24} />;
  return (
    <ul className={styles['totals']} aria-label="How many">
      {data.kinds.map(({ kind, change, count }) => (
        <li key={`${kind} ${change}`}>
          <b>{count.toLocaleString('en')}</b> {factsOf(kind)[count === 1 ? 'noun' : 'plural']} {change}
        </li>
      ))}
    </ul>
  );
}
