import { type Step, StepFailure } from '@operations-center/workflow';
import { type CreateClusterPlan, firstOf, namesOf } from '../plan/plan.ts';
import { type ClusterIdentity, eitherEndpoint } from './endpoints.ts';
import type { CreateClusterParts } from './parts.ts';
import { quick } from './policies.ts';
import { asStepFailure } from './step-failure.ts';

/** Reads what the cluster holds, so that it can be looked at as soon as it stands. */
export const firstInventory = (parts: CreateClusterParts, after: readonly string[]): Step<CreateClusterPlan> => ({
  name: 'first-inventory',
  about: 'Read the inventory of the cluster',
  after,
  policy: { ...quick, deadlineMs: 120_000 },
  async run({ plan, output, signal, warn }) {
    const identity = output<ClusterIdentity>(`bootstrap/${firstOf(plan).name}`);
    const problems = await scan(
      () =>
        parts.inventory.scanCluster({
          cluster: plan.cluster,
          endpoints: plan.servers.map((server) => eitherEndpoint(server, identity)),
          serverNames: namesOf(plan),
          signal,
        }),
      signal,
    );
    // The cluster stands; what could not be read is read by the next scan.
    for (const message of problems) warn({ code: 'inventory_incomplete', message });
    return {};
  },
  skip: 'the cluster stands; the next scan, at most 15 minutes later, reads its inventory',
  undo: { policy: quick, run: ({ plan }) => parts.inventory.removeCluster(plan.cluster) },
});

/** The inventory is derived: whatever goes wrong with it is no reason to take a cluster back. */
async function scan(
  ask: () => Promise<{ problems: readonly string[] }>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return (await ask()).problems;
  } catch (error) {
    signal.throwIfAborted();
    const failure = asStepFailure(error);
    return [failure instanceof StepFailure ? failure.message : 'the inventory could not be written; see the log'];
  }
}
