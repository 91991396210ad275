import { BootstrapResult } from '@operations-center/fleet-protocol';
import { fingerprintOfPem } from '@operations-center/tls';
import {
  type Step,
  type StepContext,
  StepFailure,
  type StepResult,
  type UndoContext,
} from '@operations-center/workflow';
import { type CreateClusterPlan, firstOf, namesOf, type PlannedServer } from '../plan/plan.ts';
import { type ClusterIdentity, ownEndpoint } from './endpoints.ts';
import { findClustering } from './find-clustering.ts';
import type { FreshLook } from './fresh-look.ts';
import { learnStanding } from './learn-identity.ts';
import type { CreateClusterParts } from './parts.ts';
import { clustering, returning } from './policies.ts';
import { onServer, untilServerCan } from './step-failure.ts';

/** The first server becomes a cluster of one. Nothing irreversible happens before every server is ready for it. */
export const bootstrap = (
  parts: CreateClusterParts,
  looks: FreshLook,
  plan: CreateClusterPlan,
): Step<CreateClusterPlan> => ({
  name: 'bootstrap',
  target: firstOf(plan).name,
  about: `Bootstrap the cluster on ${firstOf(plan).name}`,
  after: plan.servers.map(({ name }) => `set-addresses/${name}`),
  policy: clustering,
  // Incus cannot take it back; the backups do. Before the first of them goes out, all is looked at once more.
  undo: {
    policy: returning,
    run: (context) => untilServerCan(() => lookBeforeRestore(parts, looks, context)),
    noReturn: 'the servers get their backups back, and some may have theirs already',
  },
  async run(context) {
    const { signal } = context;
    const first = firstOf(context.plan);
    const { identity, already } = await onServer(() => become(parts, first, context));
    await onServer(() => checkMembers(parts, context.plan, { identity, already }, signal));
    return {
      output: identity,
      already,
      async save(tx) {
        await parts.clusters.setCertificate(tx, context.plan.cluster, identity.certificate);
        // All of them: a joiner changes its certificate in the middle of its join, and polls must know it then.
        await parts.servers.setClusterCertificate(tx, namesOf(context.plan), identity.fingerprint);
      },
    };
  },
});

type Become = { identity: ClusterIdentity; already: boolean };

/** Observes first: a bootstrap must never be sent twice, and Incus has no key to recognise one by. */
async function become(
  parts: CreateClusterParts,
  first: PlannedServer,
  context: StepContext<CreateClusterPlan>,
): Promise<Become> {
  const { signal } = context;
  if (context.mayBeDone) {
    const made = context.earlier<ClusterIdentity>();
    const standing = await learnStanding(parts, first, made, { signal, mayBelieve: true });
    if (standing.kind === 'member') return { identity: standing.identity, already: true };
  }
  const { incus } = parts.fleet;
  // One endpoint, so that the answer is read on the connection that knows the old certificate.
  const endpoint = ownEndpoint(first, first.connection_url);
  const running = context.mayBeDone ? await findClustering(parts, endpoint, signal) : undefined;
  const operation = running ?? (await incus.bootstrap(endpoint, first.name, { signal }));
  context.observed(`${first.name} is making the cluster`);
  const result = await incus.waitOperation(endpoint, operation, {
    signal,
    deadlineMs: clustering.deadlineMs - 10_000,
    observed: context.observed,
  });
  if (result.outcome === 'gone') {
    throw new StepFailure('transient', 'operation_forgotten', `${first.name} forgot the operation that bootstraps it`);
  }
  if (result.outcome !== 'success') {
    throw new StepFailure(
      'permanent',
      'bootstrap_failed',
      `${first.name}: ${result.operation.err || result.operation.status}`,
      {
        hint: 'Incus says why in its own words; its log on the server says more.',
        details: { server: first.name },
      },
    );
  }
  const { certificate } = BootstrapResult.parse(result.operation.metadata);
  return { identity: { certificate, fingerprint: fingerprintOfPem(certificate) }, already: false };
}

/** Answers the cluster's identity, for a bootstrap that never told it, and who votes in it. */
async function lookBeforeRestore(
  parts: CreateClusterParts,
  looks: FreshLook,
  context: UndoContext<CreateClusterPlan>,
): Promise<StepResult> {
  const first = firstOf(context.plan);
  const known = context.output<ClusterIdentity>(`bootstrap/${first.name}`);
  const standing = await learnStanding(parts, first, known, { signal: context.signal, mayBelieve: true });
  if (standing.kind === 'standalone') return {};
  const { voters } = await looks.atCluster(context, standing.identity, first);
  return { output: { ...standing.identity, voters } satisfies ClusterIdentity };
}

/** A new cluster has one member, ours; one that was there already has none but ours. */
async function checkMembers(
  parts: CreateClusterParts,
  plan: CreateClusterPlan,
  { identity, already }: Become,
  signal: AbortSignal,
): Promise<void> {
  const first = firstOf(plan);
  const ours = already ? namesOf(plan) : [first.name];
  const endpoint = { name: first.name, url: first.connection_url, pins: [identity.fingerprint] };
  const { value } = await parts.fleet.incus.listMembers(endpoint, { signal });
  const found = value.map((member) => member.server_name);
  if (found.includes(first.name) && found.every((name) => ours.includes(name))) return;
  throw new StepFailure(
    'attention',
    'foreign_cluster',
    `${first.name} is in a cluster that this operation did not make: ${found.join(', ')}`,
    {
      hint: 'Look at the server before choosing how to go on.',
      details: { server: first.name },
    },
  );
}
