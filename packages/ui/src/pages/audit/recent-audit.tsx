import { Text } from '@mantine/core';
import type { AuditEntry } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { auditOfQuery } from '../../data/audit.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Name } from '../../parts/name.tsx';
import { Rows } from '../../parts/rows.tsx';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import styles from './audit.module.css';
import { outcomeOf, whoOf } from './entry.rules.ts';
import { EntryView } from './entry-view.tsx';

const most = 10;

/** Who changed this one thing lately: `thing` is the key of its query. */
export function RecentAudit({ thing, path }: { thing: readonly string[]; path: string }) {
  const { data, error } = useQuery(auditOfQuery(thing, path));
  const [opened, setOpened] = useState<AuditEntry>();
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return null;
  return (
    <>
      {data.entries.length === 0 ? (
        <Text size="sm">{data.hasOlder ? 'None among the newest.' : 'None.'}</Text>
      ) : (
        <Rows
          name="Audit"
          heads={['What', { title: 'Who', wide: true }, 'Outcome', 'When']}
          rows={data.entries.slice(0, most).map((entry) => ({
            key: String(entry.number),
            cells: [
              <button key="w" type="button" className={styles['open']} onClick={() => setOpened(entry)}>
                <Name>{entry.what}</Name>
              </button>,
              <Name key="u">{whoOf(entry)}</Name>,
              outcomeOf(entry),
              <Age key="t" at={entry.time} />,
            ],
          }))}
        />
      )}
      {data.hasOlder || data.entries.length > most ? (
        <Text size="sm" mt={4}>
          <Link to={paths.audit} search={{ object: path }} className={styles['open']}>
            Older entries
          </Link>
        </Text>
      ) : null}
      {opened === undefined ? null : <EntryView entry={opened} onClose={() => setOpened(undefined)} />}
    </>
  );
}
