import type { InventoryColumn, InventoryItem, InventoryKind } from '@operations-center/contract';
import { Link } from '@tanstack/react-router';
import { columnsOf, sortKeyOf, valueAt } from '../../data/inventory-columns.ts';
import { Name } from '../../parts/name.tsx';
import type { Column } from '../../parts/table/column.ts';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { StatusWord } from './status-word.tsx';

const wide = new Set(['object.description', 'object.properties.description']);
/** Where the page is narrow, what a thing is called and how it fares comes first. */
const fromOf = (path: string): { from?: 'tablet' | 'desktop' } => {
  if (wide.has(path) || path === 'last_updated' || path === 'project_name') return { from: 'desktop' };
  return ['server', 'type', 'object.type', 'object.content_type', 'parent_name'].includes(path)
    ? { from: 'tablet' }
    : {};
};

const titles: Record<string, string> = {
  'Last Updated': 'Changed',
  'Network Name': 'Network',
  'Storage Pool Name': 'Pool',
};
const widths: Record<string, number> = { 'object.type': 1.3, type: 1.3 };

/** The columns of a kind; the first leads to the object, as it was if the past is shown. */
export const tableColumns = (kind: InventoryKind, asOf: string): Column<InventoryItem>[] =>
  columnsOf(kind).map(({ header, path, cut }, index) => {
    const key = sortKeyOf(path);
    return {
      key: key ?? path,
      title: titles[header] ?? header,
      isUnsorted: key === undefined,
      width: index === 0 || wide.has(path) ? 2 : (widths[path] ?? 1),
      ...fromOf(path),
      value: (item) => valueAt(item, path),
      cell: (item) =>
        index === 0 ? <ObjectLink kind={kind} item={item} asOf={asOf} cut={cut} /> : <Cell item={item} path={path} />,
    };
  });

function ObjectLink({
  kind,
  item: { uuid, name },
  asOf,
  cut,
}: {
  kind: InventoryKind;
  item: InventoryItem;
  asOf: string;
  cut: InventoryColumn['cut'];
}) {
  return (
    <Link to={paths.inventoryObject} params={{ kind, uuid }} search={asOf === '' ? {} : { asOf }} title={name}>
      <Name>{cut === undefined ? name : name.slice(0, cut)}</Name>
    </Link>
  );
}

function Cell({ item, path }: { item: InventoryItem; path: string }) {
  const value = valueAt(item, path);
  if (path === 'last_updated') return <Age at={value} />;
  if (path === 'object.status') return <StatusWord status={value} />;
  // A cell is one line: what follows in ten thousand characters is on the page of the object.
  return <Name>{value.slice(0, 500)}</Name>;
}
