import { type InventoryItem, type InventoryKind, inventoryKinds } from '@operations-center/contract';
import { Link } from '@tanstack/react-router';
import { Name } from '../../parts/name.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import type { Column } from '../../parts/table/column.ts';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { readPath, sortable, stateOfStatus } from './object.rules.ts';

/** The columns of a kind, from the table of kinds: the name first, no UUIDs, when it was seen last. */
export function columnsOf(kind: InventoryKind, as_of: string | undefined): Column<InventoryItem>[] {
  const { columns, nameField } = inventoryKinds[kind];
  const others = columns.filter(({ path }) => !['uuid', 'name', 'last_updated'].includes(path));
  const search = as_of === undefined ? {} : { as_of };
  return [
    {
      key: 'name',
      title: nameField === 'fingerprint' ? 'Fingerprint' : nameField === 'name' ? 'Name' : 'Address',
      width: 2,
      cell: ({ uuid, name }) => (
        <Link to={paths.inventoryObject} params={{ kind, uuid }} search={search}>
          <Name>{name}</Name>
        </Link>
      ),
      value: ({ name }) => name,
    },
    ...others.map(({ header, path }, index): Column<InventoryItem> => {
      const text = (item: InventoryItem): string => readPath(item, path);
      return {
        key: sortable[path] ?? path,
        title: header,
        ...(index >= 2 && { from: index >= 4 ? ('desktop' as const) : ('tablet' as const) }),
        cell: (item) => (path === 'object.status' ? <Status text={text(item)} /> : <Name>{text(item)}</Name>),
        ...(sortable[path] !== undefined && { value: text }),
      };
    }),
    { key: 'updated', title: 'Changed', from: 'tablet', cell: ({ last_updated }) => <Age at={last_updated} /> },
  ];
}

const Status = ({ text }: { text: string }) =>
  text === '' ? null : <StateBadge state={stateOfStatus(text)} word={text} />;
