import { Button, Skeleton, Text, TextInput } from '@mantine/core';
import type { AuditEntry } from '@operations-center/contract';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ask } from '../../data/api.ts';
import { type AuditWish, auditQuery } from '../../data/audit.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Name } from '../../parts/name.tsx';
import { Page } from '../../parts/page.tsx';
import type { Column } from '../../parts/table/column.ts';
import { Table } from '../../parts/table/table.tsx';
import { When } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import styles from './audit.module.css';
import { outcomeOf, verdictOf, whoOf } from './entry.rules.ts';
import { EntryView } from './entry-view.tsx';

const columnsFor = (open: (entry: AuditEntry) => void): Column<AuditEntry>[] => [
  { key: 'time', title: 'Time', width: 2, cell: ({ time }) => <When at={time} /> },
  {
    key: 'what',
    title: 'What',
    width: 2,
    cell: (entry) => (
      <button type="button" className={styles['open']} onClick={() => open(entry)}>
        <Name>{entry.what}</Name>
      </button>
    ),
  },
  { key: 'object', title: 'Object', width: 3, from: 'tablet', cell: ({ object }) => <Name>{object}</Name> },
  { key: 'who', title: 'Who', cell: (entry) => <Name>{whoOf(entry)}</Name> },
  {
    key: 'from',
    title: 'From',
    from: 'desktop',
    cell: ({ address }) => (address === '@' ? 'socket' : <Name>{address}</Name>),
  },
  { key: 'outcome', title: 'Outcome', from: 'tablet', cell: outcomeOf },
  {
    key: 'operation',
    title: 'Operation',
    from: 'desktop',
    cell: ({ operation }) =>
      operation === '' ? null : (
        <Link to={paths.operation} params={{ id: operation }}>
          <Name>{operation.slice(0, 6)}</Name>
        </Link>
      ),
  },
];

const route = getRouteApi(paths.audit);

/** Who changed what, newest first; and whether that record is whole. */
export function AuditPage() {
  const wish = route.useSearch();
  const navigate = route.useNavigate();
  const found = useInfiniteQuery({ ...auditQuery(wish), placeholderData: (before) => before });
  const verify = useMutation({ mutationFn: () => ask('audit_verify') });
  const [opened, setOpened] = useState<AuditEntry>();
  const columns = useMemo(() => columnsFor(setOpened), []);
  const rows = found.data?.pages.flatMap(({ entries }) => entries);
  return (
    <Page
      title="Audit"
      actions={
        <Button size="xs" variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          Check that it is whole
        </Button>
      }
    >
      {verify.error === null ? null : <ErrorNote error={verify.error} onClose={() => verify.reset()} />}
      {verify.data === undefined ? null : (
        <Text size="sm" role="status" mb="xs">
          {verdictOf(verify.data)}
        </Text>
      )}
      <Narrowing wish={wish} onChange={(next) => void navigate({ search: next, replace: true })} />
      {found.error === null ? null : <ErrorNote error={found.error} />}
      {rows === undefined && found.error === null ? <Skeleton height={240} /> : null}
      {rows?.length === 0 && !found.hasNextPage ? (
        <EmptyState title="No change is like that">Each change is one entry.</EmptyState>
      ) : null}
      {rows === undefined || rows.length === 0 ? null : (
        <Table
          name="Audit"
          rows={rows}
          columns={columns}
          keyOf={({ number }) => String(number)}
          sort=""
          onSort={() => undefined}
          isSorted
          onEnd={() => {
            if (found.hasNextPage && !found.isFetchingNextPage && !found.isError) void found.fetchNextPage();
          }}
        />
      )}
      {opened === undefined ? null : <EntryView entry={opened} onClose={() => setOpened(undefined)} />}
    </Page>
  );
}

const fields = [
  ['who', 'Who', 'unix, tls, or a fingerprint'],
  ['what', 'What', 'token_delete'],
  ['object', 'Object', 'servers/server1'],
] as const;

/** It is asked when Enter is pressed or a field is left. */
function Narrowing({ wish, onChange }: { wish: AuditWish; onChange(wish: AuditWish): void }) {
  const [form, setForm] = useState(wish);
  const send = (): void => onChange(Object.fromEntries(Object.entries(form).filter(([, value]) => value !== '')));
  return (
    <div className={styles['fields']}>
      {fields.map(([key, label, placeholder]) => (
        <TextInput
          key={key}
          size="xs"
          aria-label={label}
          placeholder={`${label}: ${placeholder}`}
          value={form[key] ?? ''}
          onChange={({ currentTarget: { value } }) => setForm({ ...form, [key]: value })}
          onBlur={send}
          onKeyDown={({ key: pressed }) => pressed === 'Enter' && send()}
        />
      ))}
    </div>
  );
}
