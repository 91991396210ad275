import { type Step, StepFailure } from '@operations-center/workflow';
import { openItem } from '../plan/open-item.ts';
import { type CreateClusterPlan, firstOf, namesOf } from '../plan/plan.ts';
import { type ClusterIdentity, clusterEndpoint } from './endpoints.ts';
import type { ItemsBefore } from './item.ts';
import { readItem } from './item-kinds.ts';
import type { CreateClusterParts } from './parts.ts';
import { quick } from './policies.ts';
import { onServer } from './step-failure.ts';

/** All are members: the rows say so from now on. Also looks at what is there already of what will be applied. */
export const adopt = (parts: CreateClusterParts, after: readonly string[]): Step<CreateClusterPlan> => ({
  name: 'adopt',
  about: 'Take the servers into the cluster',
  after,
  policy: quick,
  async run({ plan, output, signal }) {
    const identity = output<ClusterIdentity>(`bootstrap/${firstOf(plan).name}`);
    const cluster = clusterEndpoint(plan, identity);
    await onServer(() => checkMembers(parts, cluster, plan, signal));
    const site = { parts, cluster, members: namesOf(plan), signal };
    const before = await onServer(() =>
      Promise.all(
        plan.items.map(async (item) => {
          const found = await readItem(site, openItem(parts, item));
          return [item.key, found === null ? null : parts.sealer.seal(JSON.stringify(found.live))] as const;
        }),
      ),
    );
    return {
      output: { before: Object.fromEntries(before) } satisfies ItemsBefore,
      async save(tx) {
        for (const { name, connection_url } of plan.servers) {
          await parts.servers.adopt(tx, name, { cluster: plan.cluster, connection_url, channel: plan.channel });
        }
      },
    };
  },
  undo: {
    policy: quick,
    run: async ({ plan }) => ({
      async save(tx) {
        await parts.servers.release(tx, plan.cluster);
        await parts.servers.setForming(tx, namesOf(plan), plan.cluster);
      },
    }),
  },
});

async function checkMembers(
  parts: CreateClusterParts,
  cluster: Parameters<CreateClusterParts['fleet']['incus']['listMembers']>[0],
  plan: CreateClusterPlan,
  signal: AbortSignal,
): Promise<void> {
  const { value } = await parts.fleet.incus.listMembers(cluster, { signal });
  const found = value.map((member) => member.server_name).sort();
  const wanted = namesOf(plan).sort();
  if (found.join('\n') === wanted.join('\n')) return;
  throw new StepFailure(
    'attention',
    'wrong_members',
    `the cluster has the members ${found.join(', ')} instead of ${wanted.join(', ')}`,
    {
      hint: 'Somebody else changed the cluster; look at it before choosing how to go on.',
      details: { found, wanted },
    },
  );
}
