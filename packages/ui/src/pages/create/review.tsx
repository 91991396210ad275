import { Skeleton } from '@mantine/core';
import type { ClusterPlan } from '@operations-center/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { begin, Refusal } from '../../data/api.ts';
import { isCreation, planQuery } from '../../data/creation.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Name } from '../../parts/name.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import styles from './create.module.css';
import { dropDraft } from './draft.ts';
import { FindingList } from './finding-list.tsx';
import { aboutTime, consequences, countVerdicts, toGroups } from './plan.rules.ts';
import { PlanGroupView } from './plan-view.tsx';

const route = getRouteApi(paths.review);

/** A plan before it is run: what was found, what will be done, what that means; then the button that does it. */
export function ReviewPage() {
  const { id } = route.useParams();
  const { data, error } = useQuery(planQuery(id));
  if (error !== null) return <Gone error={error} />;
  if (data === undefined) return <Skeleton height={240} />;
  if (!isCreation(data))
    return <EmptyState title="This plan makes no cluster">It applies a file to {data.cluster}.</EmptyState>;
  return <Review plan={data} />;
}

function Review({ plan }: { plan: ClusterPlan }) {
  const { cluster, servers, channel, findings, notes, estimate_ms, created_at, id } = plan;
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: () => begin('clusters_run', { body: { plan: id } }),
    onSuccess: async (operation) => {
      dropDraft();
      await navigate({ to: paths.operation, params: { id: operation } });
    },
  });
  const blocking = findings.filter(({ verdict, ignored }) => verdict === 'blocking' && !ignored);
  const because = plan.runnable
    ? undefined
    : `${[...new Set(blocking.map(({ check }) => check))].join(', ')} blocks it`;
  return (
    <Page
      title={
        <>
          Review: create <Name>{cluster}</Name>
        </>
      }
      note={
        <>
          {servers.length} {servers.length === 1 ? 'server' : 'servers'}, channel {channel}; planned{' '}
          <Age at={created_at} />
        </>
      }
      actions={
        <LinkButton size="xs" variant="default" to={paths.createCluster}>
          Back to what was filled in
        </LinkButton>
      }
    >
      <Section title={`Preflight: ${countVerdicts(findings)}`}>
        <FindingList findings={findings} />
      </Section>
      {toGroups(plan).map((group) => (
        <PlanGroupView key={group.title} group={group} />
      ))}
      <Section title="What that means">
        <ul className={styles['notes']}>
          <li>It takes about {aboutTime(estimate_ms)}.</li>
          {consequences(plan).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
          {notes
            .filter(({ code }) => code !== 'check_warns' && code !== 'check_ignored')
            .map(({ code, message }) => (
              <li key={`${code} ${message}`}>{message}</li>
            ))}
        </ul>
      </Section>
      {run.error === null ? null : <ErrorNote error={run.error} />}
      {run.error instanceof Refusal && run.error.code === 'plan_outdated' ? (
        <p>
          The servers are not as they were. <Link to={paths.createCluster}>Go back and plan anew.</Link>
        </p>
      ) : null}
      <div className={styles['foot']}>
        <ActButton size="sm" variant="filled" because={because} loading={run.isPending} onAct={() => run.mutate()}>
          {`Create cluster on ${servers.length} ${servers.length === 1 ? 'server' : 'servers'}`}
        </ActButton>
        <span>
          Plan <code>{id.slice(0, 6)}</code>
          {because === undefined ? '' : `: ${because}`}
        </span>
      </div>
    </Page>
  );
}

/** A plan is kept for a day and runs once. */
const Gone = ({ error }: { error: Error }) => (
  <Page title="Review">
    <ErrorNote error={error} />
    <p>
      <Link to={paths.createCluster}>Plan a cluster anew</Link>
    </p>
  </Page>
);
