import type { Step, Workflow } from '@operations-center/workflow';
import type { Schema } from '../../schema.ts';
import { removeBackups } from './creation/backups.store.ts';
import { type CreateClusterPlan, firstOf, namesOf } from './plan/plan.ts';
import { listResets, removeResets } from './removal/factory-resets.store.ts';
import { adopt } from './steps/adopt.ts';
import { applyItem, stepOfItem } from './steps/apply-item.ts';
import { backUpApplication } from './steps/back-up-application.ts';
import { bootstrap } from './steps/bootstrap.ts';
import { configureServices } from './steps/configure-services.ts';
import { firstInventory } from './steps/first-inventory.ts';
import { forgiveReset } from './steps/forgive-reset.ts';
import { makeFreshLook } from './steps/fresh-look.ts';
import { awaitMember, joinMember } from './steps/join-member.ts';
import type { CreateClusterParts } from './steps/parts.ts';
import { preflight } from './steps/preflight.ts';
import { reserve } from './steps/reserve.ts';
import { setAddresses } from './steps/set-addresses.ts';

export type { CreateClusterParts } from './steps/parts.ts';

/**
 * From registered servers to a cluster, or back to registered servers: the table of contents. The steps' names are a
 * contract; what each does and how it is taken back stands in `steps/`.
 */
export const makeCreateClusterWorkflow = (parts: CreateClusterParts): Workflow<CreateClusterPlan> => {
  const looks = makeFreshLook(parts);
  return {
    name: 'create-cluster',
    version: 1,
    about: (plan) =>
      `Create cluster "${plan.cluster}" from ${plan.servers.length} ${plan.servers.length === 1 ? 'server' : 'servers'}`,
    claims: (plan) => [`cluster/${plan.cluster}`, ...plan.servers.map((server) => `server/${server.name}`)],
    steps: (plan) => [
      preflight(parts),
      reserve(parts),
      ...plan.servers
        .flatMap((server) => [
          configureServices(parts, looks, server),
          backUpApplication(parts, looks, server),
          setAddresses(parts, looks, server),
        ])
        .map((step) => forgiveReset(parts, plan, step)),
      forgiveReset(parts, plan, bootstrap(parts, looks, plan)),
      ...joins(parts, plan),
      adopt(parts, [lastOfJoins(plan)]),
      ...plan.items.map((item) => forgiveReset(parts, plan, applyItem(parts, looks, item))),
      firstInventory(parts, ['adopt', ...plan.items.map(stepOfItem)]),
    ],
    async noReturn(tx, operation) {
      const [reset] = await listResets(tx.withTables<Schema>(), operation);
      return reset && `${reset.server} was reset to factory state, and is no member of anything`;
    },
    async settle(tx, plan, outcome, operation) {
      looks.forget(operation);
      // Of servers that are left as they are, the backup is the only way back.
      if (outcome !== 'left') await removeBackups(tx, operation);
      await removeResets(tx, operation);
      await parts.servers.setForming(tx, namesOf(plan), null);
      if (outcome === 'undone') {
        await parts.servers.setClusterCertificate(tx, namesOf(plan), null);
        return parts.clusters.remove(tx, plan.cluster);
      }
      // Left as it is, by somebody's choice: the row stays pending, so that it can be removed.
      if (outcome === 'finished') await parts.clusters.setReady(tx, plan.cluster);
    },
  };
};

/** One at a time: each waits until the one before works as a member. */
function joins(parts: CreateClusterParts, plan: CreateClusterPlan): Step<CreateClusterPlan>[] {
  return plan.servers.slice(1).flatMap((server, index) => {
    const before = plan.servers[index];
    const after =
      index === 0 || before === undefined ? `bootstrap/${firstOf(plan).name}` : `await-member/${before.name}`;
    return [joinMember(parts, server, after), awaitMember(parts, server)];
  });
}

function lastOfJoins(plan: CreateClusterPlan): string {
  const last = plan.servers.at(-1);
  return last === undefined || plan.servers.length === 1
    ? `bootstrap/${firstOf(plan).name}`
    : `await-member/${last.name}`;
}
