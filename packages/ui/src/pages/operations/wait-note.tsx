import type { OperationWait } from '@operations-center/contract';
import { useNowMs } from '../../parts/time/now.ts';
import { ago, stopwatch } from '../../parts/time/time.rules.ts';
import styles from './operation.module.css';

/** What it waits for now: since when, what was seen last, and what ends it. */
export function WaitNotes({ waits }: { waits: readonly OperationWait[] }) {
  const nowMs = useNowMs();
  return (
    <div className={styles['waits']} role="status" aria-live="off">
      {waits.map((wait) => (
        <p key={`${wait.for} ${wait.since}`} className={styles['wait']}>
          <span aria-hidden="true">◌</span> Waiting for {wait.for} – since {stopwatch(nowMs - Date.parse(wait.since))}
          {isNews(wait) ? `, last “${wait.observed.text}” ${ago(Date.parse(wait.observed.at), nowMs)}` : ''}; until{' '}
          {wait.unblocks}
        </p>
      ))}
    </div>
  );
}

/** What was seen when it began says nothing more. */
const isNews = ({ observed, since }: OperationWait): boolean => Date.parse(observed.at) > Date.parse(since);
