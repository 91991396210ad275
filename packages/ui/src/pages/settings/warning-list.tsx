import { Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ask } from '../../data/api.ts';
import { warningsQuery } from '../../data/warnings.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Age } from '../../parts/time/when.tsx';
import styles from './settings.module.css';

/** What a person should look at; it goes away by itself when it is over. */
export function WarningList() {
  const { data, error } = useQuery(warningsQuery());
  const acknowledge = useMutation({
    mutationFn: (uuid: string) => ask('warning_update', { params: { uuid }, body: { status: 'acknowledged' } }),
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (data?.length === 0) return <Text size="sm">✓ There is none.</Text>;
  return (
    <>
      {acknowledge.error === null ? null : <ErrorNote error={acknowledge.error} onClose={() => acknowledge.reset()} />}
      <ul className={styles['warnings']}>
        {(data ?? []).map(({ uuid, status, scope, type, messages, last_occurrence }) => (
          <li key={uuid} data-seen={status === 'acknowledged'}>
            <span>
              <bdi>{scope.entity}</bdi> {messages.at(-1) ?? type} (<Age at={last_occurrence} />)
            </span>
            <ActButton
              because={status === 'acknowledged' ? 'it was seen' : undefined}
              onAct={() => acknowledge.mutate(uuid)}
            >
              Seen
            </ActButton>
          </li>
        ))}
      </ul>
    </>
  );
}
