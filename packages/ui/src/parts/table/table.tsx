import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type { Column } from './column.ts';
import { nextSort, sortRows } from './sort.rules.ts';
import styles from './table.module.css';

const rowHeight = 32;
/** So many rows before the last one that is there, the next are asked for. */
const earlyRows = 60;

/**
 * A table of any length: only the rows in sight are there. Up and down move between the rows' links, Home and End to the
 * first and the last.
 */
export function Table<Row>({
  name,
  rows,
  columns,
  keyOf,
  sort,
  onSort,
  dim,
  isSorted = false,
  onEnd,
  total,
}: {
  /** What it lists, for who cannot see it. */
  name: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  sort: string;
  onSort(sort: string): void;
  /** What is shown is not known to be true any more. */
  dim?: boolean;
  /** The rows come in order already. */
  isSorted?: boolean;
  /** The last rows that are there come into sight: are there more? */
  onEnd?: () => void;
  /** So many are there on all pages, if more than these rows. */
  total?: number | undefined;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => (isSorted ? rows : sortRows(rows, columns, sort)), [rows, columns, sort, isSorted]);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const isNearEnd = last !== undefined && last.index >= sorted.length - earlyRows;
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, onEnd, sorted.length]);

  function focusRow(index: number): void {
    if (index < 0 || index >= sorted.length) return;
    virtual.scrollToIndex(index);
    // The row may have to be made first.
    requestAnimationFrame(() =>
      scroller.current
        ?.querySelector<HTMLElement>(`[data-index="${index}"] a, [data-index="${index}"] button`)
        ?.focus(),
    );
  }

  function move(event: KeyboardEvent): void {
    const row = (event.target as HTMLElement).closest('[data-index]'); // a key is pressed on an element
    const index = Number(row?.getAttribute('data-index') ?? -1);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: sorted.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    focusRow(to);
  }

  return (
    // biome-ignore lint: it scrolls, so the keyboard must reach it
    <div
      ref={scroller}
      className={styles['scroller']}
      data-dim={dim}
      onKeyDown={move}
      tabIndex={0}
      role="region"
      aria-label={name}
    >
      <table className={styles['table']} aria-rowcount={(total ?? sorted.length) + 1}>
        <colgroup>
          {columns.map(({ key, width = 1, from }) => (
            <col key={key} data-from={from} style={{ width: `${width * 10}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={first?.start ?? 0} />
          {items.map(({ index }) => {
            const row = sorted[index];
            return row === undefined ? null : (
              <tr key={keyOf(row)} data-index={index} aria-rowindex={index + 2}>
                {columns.map(({ key, cell, isNumber, from }) => (
                  <td key={key} data-number={isNumber} data-from={from}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Gap height={virtual.getTotalSize() - (last?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows that are out of sight. */
const Gap = ({ height }: { height: number }) =>
  height <= 0 ? null : (
    <tr aria-hidden="true">
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );

function Head<Row>({
  column: { key, title, value, isNumber, isUnsorted, from },
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: string;
  onSort(sort: string): void;
}) {
  const order = { [key]: 'ascending', [`-${key}`]: 'descending' }[sort] as 'ascending' | 'descending' | undefined; // of these two
  return (
    <th scope="col" data-number={isNumber} data-from={from} aria-sort={order ?? 'none'}>
      {value === undefined || isUnsorted ? (
        title
      ) : (
        <button type="button" onClick={() => onSort(nextSort(key, sort))}>
          {title} <span aria-hidden="true">{order === undefined ? '' : order === 'ascending' ? '↑' : '↓'}</span>
        </button>
      )}
    </th>
  );
}
