import { Skeleton } from '@mantine/core';
import type { Operation } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLive } from '../../data/live-provider.tsx';
import { countDone, isOver, serversOf, standOf, tookMs } from '../../data/operation.rules.ts';
import { journalQuery, operationQuery } from '../../data/operations.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Page } from '../../parts/page.tsx';
import { Raw } from '../../parts/raw.tsx';
import { Section } from '../../parts/section.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useNowMs } from '../../parts/time/now.ts';
import { stopwatch } from '../../parts/time/time.rules.ts';
import { When } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { FailureNotes } from './failure-note.tsx';
import { JournalView } from './journal-view.tsx';
import styles from './operation.module.css';
import { StepsView } from './steps-view.tsx';
import { WaitNotes } from './wait-note.tsx';
import { WaysOut } from './ways-out.tsx';

const route = getRouteApi(paths.operation);

/** One operation while it runs, and as it ended: its steps, what it waits for, the ways out, what happened. */
export function OperationPage() {
  const { id } = route.useParams();
  const { data, error } = useQuery(operationQuery(id));
  const journal = useQuery(journalQuery(id));
  const { state } = useLive();
  if (data === undefined) return error === null ? <Skeleton height={240} /> : <ErrorNote error={error} />;
  const isAway = state === 'lost' || state === 'signed-out';
  const { waits, steps, requested_by, workflow } = data.metadata;
  return (
    <Page title={data.description} note={<Head operation={data} isAway={isAway} />}>
      {error === null || isAway ? null : <ErrorNote error={error} />}
      {isAway || isOver(data) ? null : <WaitNotes waits={waits} />}
      <FailureNotes metadata={data.metadata} />
      <div className={styles['columns']}>
        <div className={styles['story']} data-dim={isAway}>
          <Section title="Steps">
            <StepsView steps={steps} servers={serversOf(data)} />
          </Section>
          <Section title="What happened">
            {journal.error === null ? null : <ErrorNote error={journal.error} />}
            <JournalView lines={journal.data ?? []} />
          </Section>
          <details className={styles['document']}>
            <summary>As the API has it</summary>
            <Raw name="The operation as JSON" document={data} />
          </details>
        </div>
        <aside className={styles['side']} aria-label="Ways out and facts">
          <div className={styles['waysOut']}>
            <Section title="Ways out">
              <WaysOut operation={data} isOff={isAway ? 'there is no connection to Operations Center' : undefined} />
            </Section>
          </div>
          <Section title="Facts">
            <Facts
              of={[
                ['Kind', workflow],
                ['Begun', <When key="begun" at={data.created_at} />],
                ['Changed', <When key="changed" at={data.updated_at} />],
                ['Asked for by', requested_by],
                ['Id', <code key="id">{data.id}</code>],
              ]}
            />
          </Section>
        </aside>
      </div>
    </Page>
  );
}

function Head({ operation, isAway }: { operation: Operation; isAway: boolean }) {
  const { done, all } = countDone(operation);
  const { state, word } = standOf(operation);
  const isBack = ['undoing', 'undone'].includes(operation.metadata.status);
  return (
    <span className={styles['head']}>
      <StateBadge state={isAway ? 'unreachable' : state} word={isAway ? `${word} when last seen` : word} />
      {isBack ? null : (
        <progress className={styles['bar']} max={all} value={done} aria-label={`${done} of ${all} steps are done`} />
      )}
      <span>{isBack ? null : `${done} of ${all}`}</span>
      {isAway ? null : <Elapsed operation={operation} />}
    </span>
  );
}

const Elapsed = ({ operation }: { operation: Operation }) => <span>{stopwatch(tookMs(operation, useNowMs()))}</span>;
