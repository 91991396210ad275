import { type Observation, type Step, type StepContext, StepFailure } from '@operations-center/workflow';
import type { Endpoint } from '../../../fleet/connection.ts';
import { FleetFailure, isFleetFailure } from '../../../fleet/fleet-failure.ts';
import { listContents } from '../../../fleet/incus-contents.ts';
import { type CreateClusterPlan, firstOf, joinRequest, type PlannedServer } from '../plan/plan.ts';
import { type ClusterIdentity, clusterEndpoint, eitherEndpoint } from './endpoints.ts';
import { findClustering } from './find-clustering.ts';
import type { CreateClusterParts } from './parts.ts';
import { clustering, joining } from './policies.ts';
import { onServer } from './step-failure.ts';

/** One look at a join lasts this long at most. */
const lookMs = 1_000;

type Asked = { operation: string | null };
const identityOf = ({ plan, output }: StepContext<CreateClusterPlan>): ClusterIdentity =>
  output<ClusterIdentity>(`bootstrap/${firstOf(plan).name}`);

/** Asks one server to join. One at a time: Incus serialises memberships poorly. */
export const joinMember = (
  parts: CreateClusterParts,
  server: PlannedServer,
  before: string,
): Step<CreateClusterPlan> => ({
  name: 'join-member',
  target: server.name,
  about: `Join ${server.name}`,
  after: [before],
  policy: clustering,
  undo: { none: 'Incus cannot take it back; the backup of the application is restored instead' },
  run: (context) =>
    onServer(async () => {
      const identity = identityOf(context);
      const { signal, plan } = context;
      const joiner = eitherEndpoint(server, identity);
      if (context.mayBeDone) {
        const running = await findClustering(parts, joiner, signal);
        if (running !== undefined) return { output: { operation: running }, already: true };
        if (await isListed(parts, plan, identity, server, signal))
          return { output: { operation: null }, already: true };
      }
      if (context.stoodStill) await requireEmpty(parts, server, joiner, context);
      const { token } = await parts.fleet.incus.createJoinToken(clusterEndpoint(plan, identity), server.name, {
        signal,
      });
      const operation = await parts.fleet.incus.join(
        joiner,
        joinRequest(plan, server, { certificate: identity.certificate, token }),
        { signal },
      );
      return { output: { operation } };
    }),
});

/** Waits until the joiner is a member that works. */
export const awaitMember = (parts: CreateClusterParts, server: PlannedServer): Step<CreateClusterPlan> => ({
  name: 'await-member',
  target: server.name,
  about: `${server.name} to answer as a member`,
  after: [`join-member/${server.name}`],
  policy: joining,
  undo: { none: 'it only looks' },
  async until(context) {
    try {
      return await look(parts, server, context);
    } catch (error) {
      // A joiner restarts parts of itself and changes its certificate: not answering is what is waited through.
      if (error instanceof FleetFailure && error.kind === 'transient')
        return { done: false, seen: `${error.server}: ${error.reason}` };
      throw error;
    }
  },
});

async function look(
  parts: CreateClusterParts,
  server: PlannedServer,
  context: StepContext<CreateClusterPlan>,
): Promise<Observation> {
  const identity = identityOf(context);
  const { operation } = context.output<Asked>(`join-member/${server.name}`);
  const joiner = eitherEndpoint(server, identity);
  const stillJoining = operation === null ? undefined : await waitForJoin(parts, server, joiner, operation, context);
  if (stillJoining !== undefined) return stillJoining;
  const member = await parts.fleet.incus.getMember(clusterEndpoint(context.plan, identity), server.name, {
    signal: context.signal,
  });
  if (member === undefined) {
    const { value } = await parts.fleet.incus.getServer(joiner, { signal: context.signal });
    if (value.environment?.server_clustered === false)
      throw joinFailed(server, 'it is standalone, and its join is over');
    return { done: false, seen: `${server.name} is not in the list of members yet` };
  }
  if (member.value.status !== 'Online')
    return { done: false, seen: `${server.name} is ${member.value.status}: ${member.value.message}` };
  return { done: true };
}

/** Undefined: the join is over, for better. Short waits, so that a person sees what is seen. */
async function waitForJoin(
  parts: CreateClusterParts,
  server: PlannedServer,
  joiner: Endpoint,
  operation: string,
  { signal }: StepContext<CreateClusterPlan>,
): Promise<Observation | undefined> {
  try {
    const result = await parts.fleet.incus.waitOperation(joiner, operation, { signal, deadlineMs: lookMs });
    if (result.outcome !== 'failure' && result.outcome !== 'cancelled') return undefined;
    throw joinFailed(server, result.operation.err || result.operation.status);
  } catch (error) {
    if (!isFleetFailure(error, 'server_timeout')) throw error;
    return { done: false, seen: `the join runs on ${server.name}` };
  }
}

const joinFailed = (server: PlannedServer, reason: string): StepFailure =>
  new StepFailure('permanent', 'join_failed', `${server.name}: ${reason}`, {
    hint: `Look at the log of Incus on ${server.name}; then create the cluster again.`,
    details: { server: server.name },
  });

/** The preflight may be long ago by now, and a join silently loses the projects of the joiner. */
async function requireEmpty(
  parts: CreateClusterParts,
  server: PlannedServer,
  joiner: Endpoint,
  { signal }: StepContext<CreateClusterPlan>,
): Promise<void> {
  const contents = await listContents(parts.fleet.connections, joiner, { signal });
  if (contents.length === 0) return;
  const what = `${server.name} is not empty any more: ${contents.slice(0, 5).join(', ')}`;
  throw new StepFailure('attention', 'joiner_not_empty', what, {
    hint: 'A server that joins loses what it holds. Move or delete it, then retry.',
    details: { server: server.name, contents },
  });
}

async function isListed(
  parts: CreateClusterParts,
  plan: CreateClusterPlan,
  identity: ClusterIdentity,
  server: PlannedServer,
  signal: AbortSignal,
): Promise<boolean> {
  return (await parts.fleet.incus.getMember(clusterEndpoint(plan, identity), server.name, { signal })) !== undefined;
}
