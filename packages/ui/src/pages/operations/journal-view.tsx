import { Text } from '@mantine/core';
import type { OperationJournalLine } from '@operations-center/contract';
import { When } from '../../parts/time/when.tsx';
import styles from './operation.module.css';

/** Newest first: what happens now is seen without a scroll. */
export function JournalView({ lines }: { lines: readonly OperationJournalLine[] }) {
  if (lines.length === 0) return <Text size="sm">Nothing yet.</Text>;
  return (
    <ol className={styles['journal']} reversed>
      {lines.toReversed().map(({ seq, at, step, event, attempt, text }) => (
        <li key={seq}>
          <When at={at} /> <span className={styles['code']}>{step}</span> {event.replaceAll('_', ' ')}
          {attempt > 1 ? ` (attempt ${attempt})` : ''}
          {text === '' ? '' : `: ${text}`}
        </li>
      ))}
    </ol>
  );
}
