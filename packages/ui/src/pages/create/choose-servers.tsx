import { Checkbox, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type ServerBrief, serversQuery } from '../../data/servers.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Name } from '../../parts/name.tsx';
import type { Column } from '../../parts/table/column.ts';
import { Table } from '../../parts/table/table.tsx';
import { toggled, whyNot } from './choice.rules.ts';
import styles from './create.module.css';

/** All servers, those that can be chosen first; of the others it is said why not. */
export function ChooseServers({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange(chosen: string[], first: ServerBrief | undefined): void;
}) {
  const { data, error } = useQuery(serversQuery());
  const [search, setSearch] = useState('');
  const [sort, setSort] = useState('can');
  const rows = useMemo(() => (data ?? []).filter(({ name }) => name.includes(search)), [data, search]);
  const columns = useMemo(
    () =>
      columnsFor(chosen, (name) => {
        const next = toggled(chosen, name);
        onChange(
          next,
          data?.find((server) => server.name === next[0]),
        );
      }),
    [chosen, onChange, data],
  );
  if (error !== null) return <ErrorNote error={error} />;
  return (
    <div className={styles['servers']}>
      <div className={styles['chosen']}>
        <TextInput
          size="xs"
          aria-label="Find a server"
          placeholder="Find a server by its name"
          value={search}
          onChange={({ currentTarget: { value } }) => setSearch(value)}
        />
        <Text size="sm">{sentenceOf(chosen)}</Text>
      </div>
      <Table
        name="Servers to choose from"
        rows={rows}
        columns={columns}
        keyOf={({ name }) => name}
        sort={sort}
        onSort={setSort}
      />
    </div>
  );
}

function sentenceOf([first, ...others]: readonly string[]): string {
  if (first === undefined)
    return 'None is chosen. The first one is bootstrapped, the others join it in the order in which they are chosen.';
  return others.length === 0
    ? `${first} is bootstrapped; no other joins it.`
    : `${first} is bootstrapped; then join ${others.join(', ')}.`;
}

const columnsFor = (chosen: readonly string[], toggle: (name: string) => void): Column<ServerBrief>[] => [
  {
    key: 'can',
    title: 'Server',
    width: 2,
    cell: (server) => (
      <Checkbox
        size="xs"
        label={<Name>{server.name}</Name>}
        checked={chosen.includes(server.name)}
        disabled={whyNot(server) !== undefined && !chosen.includes(server.name)}
        onChange={() => toggle(server.name)}
      />
    ),
    value: (server) => `${whyNot(server) === undefined ? 0 : 1} ${server.name}`,
  },
  { key: 'order', title: 'Joins', cell: ({ name }) => orderOf(chosen.indexOf(name)) },
  {
    key: 'why',
    title: 'Why not',
    width: 3,
    cell: (server) => {
      const why = whyNot(server) ?? '';
      return <bdi title={why}>{why}</bdi>;
    },
  },
  {
    key: 'address',
    title: 'Address',
    width: 2,
    from: 'tablet',
    cell: ({ connection_url }) => <Name>{connection_url}</Name>,
  },
];

const orderOf = (index: number): string => (index < 0 ? '' : index === 0 ? 'bootstraps' : `as ${index + 1}.`);
