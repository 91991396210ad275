import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLive } from '../../data/live-provider.tsx';
import { FilterBox } from '../filter-box.tsx';
import { FilterNote } from '../filter-note.tsx';
import { Page } from '../page.tsx';
import type { Column } from './column.ts';
import { toCsv } from './csv.rules.ts';
import styles from './list-page.module.css';
import { saveCsv } from './save-csv.ts';
import { Table } from './table.tsx';

export type ListSearch = { filter?: string; sort?: string };

/** A page with one list: head, filter, table, CSV. What it is narrowed to and sorted by belongs to who shows it. */
export function ListPage<Row>(parts: {
  title: string;
  /** Singular and plural of what it lists. */
  words: readonly [one: string, many: string];
  rows: readonly Row[] | undefined;
  error: Error | null;
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  search: ListSearch;
  onSearch(search: ListSearch): void;
  /** Fields that the filter knows; without them there is no filter. */
  fields?: readonly string[];
  actions?: ReactNode;
  /** Shown instead of a table without rows, if nothing is filtered. */
  empty: ReactNode;
}) {
  const { title, words, rows, error, columns, search, onSearch, fields } = parts;
  const { state } = useLive();
  const isEmpty = rows?.length === 0 && (search.filter ?? '') === '';
  return (
    <Page
      title={title}
      note={rows === undefined ? null : `${rows.length.toLocaleString('en')} ${words[rows.length === 1 ? 0 : 1]}`}
      actions={
        <>
          {rows === undefined || isEmpty ? null : (
            <Button size="xs" variant="default" onClick={() => saveCsv(`${words[1]}.csv`, toCsv(rows, columns))}>
              CSV
            </Button>
          )}
          {parts.actions}
        </>
      }
    >
      {fields === undefined || isEmpty ? null : (
        <div className={styles['filter']}>
          <FilterBox
            fields={fields}
            value={search.filter ?? ''}
            onChange={(filter) => onSearch({ ...search, filter })}
          />
        </div>
      )}
      {error === null ? null : (
        <FilterNote error={error} filter={search.filter ?? ''} onFilter={(filter) => onSearch({ ...search, filter })} />
      )}
      {isEmpty ? parts.empty : null}
      {rows === undefined && error === null ? <Rows /> : null}
      {rows === undefined || isEmpty ? null : (
        <Table
          name={title}
          rows={rows}
          columns={columns}
          keyOf={parts.keyOf}
          sort={search.sort ?? columns[0]?.key ?? ''}
          onSort={(sort) => onSearch({ ...search, sort })}
          dim={state === 'lost' || state === 'signed-out'}
        />
      )}
    </Page>
  );
}

/** As high as rows are: nothing jumps when they come. */
export const Rows = () => (
  <div aria-hidden="true">
    {Array.from({ length: 8 }, (_, index) => (
      <Skeleton key={index} height={24} my={8} />
    ))}
  </div>
);
