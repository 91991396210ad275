import type { InventoryItem } from '@operations-center/contract';
import { factsOf } from '@operations-center/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { askInventory, type InventoryWish } from '../../data/inventory.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { toCsv } from '../../parts/table/csv.rules.ts';
import { saveCsv } from '../../parts/table/save-csv.ts';
import { tableColumns } from './table-columns.tsx';

/** What a page can hold and a spreadsheet is glad of; all of a million the command line writes. */
const mostRows = 50_000;
const pageRows = 1_000;

/** What is found as a file: read page by page, also what is not on the screen yet. */
export function CsvButton({ wish }: { wish: InventoryWish }) {
  const [read, setRead] = useState(0);
  const { mutate, isPending, error, data, reset } = useMutation({ mutationFn: () => write(wish, setRead) });
  return (
    <>
      <ActButton because={isPending ? `${read.toLocaleString('en')} are read` : undefined} onAct={() => mutate()}>
        CSV
      </ActButton>
      {data === true ? <span role="status">The file has the first {mostRows.toLocaleString('en')} only.</span> : null}
      {error === null ? null : <ErrorNote error={error} onClose={reset} />}
    </>
  );
}

/** Tells whether there were more than the file holds. */
async function write(wish: InventoryWish, tell: (count: number) => void): Promise<boolean> {
  const rows: InventoryItem[] = [];
  let cursor: string | undefined;
  do {
    const page = await askInventory(wish, { cursor, limit: pageRows });
    rows.push(...page.items);
    cursor = page.next;
    tell(rows.length);
  } while (cursor !== undefined && rows.length < mostRows);
  const columns = tableColumns(wish.kind, wish.asOf);
  const id = { key: 'uuid', title: 'UUID', cell: () => null, value: ({ uuid }: InventoryItem) => uuid };
  saveCsv(`${factsOf(wish.kind).plural.replaceAll(' ', '-')}.csv`, toCsv(rows.slice(0, mostRows), [...columns, id]));
  return cursor !== undefined;
}
