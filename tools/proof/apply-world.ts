/**
 * Applying a changed file to a living cluster, as the harness of the engine tries it: each world makes the cluster of the
 * user's page by the daemon's own creation, plans the change by the daemon's own service, and leaves the rest to the trial.
 */
import { isDeepStrictEqual } from 'node:util';
import { routes } from '../../packages/contract/src/index.ts';
import type { ApplyPlan, LastApplied } from '../../packages/daemon/src/domains/clusters/apply/apply.ts';
import { makeConfigurationApply } from '../../packages/daemon/src/domains/clusters/apply/apply-configuration.service.ts';
import type { OperationService } from '../../packages/daemon/src/domains/operations/operations.service.ts';
import { makeTemplateService } from '../../packages/daemon/src/domains/templates/templates.service.ts';
import type { Schema } from '../../packages/daemon/src/schema.ts';
import type { Json, Outcome, Workflow } from '../../packages/workflow/src/index.ts';
import {
  type MakeWorld,
  makeHarnessRunner,
  sameStep,
  submit,
  type World,
} from '../../packages/workflow/src/testing/index.ts';
import { findDoubled } from '../../scenarios/lib/doubled.ts';
import { clusterName } from './creation-parts.ts';
import { type CreationWorld, prepareCreations } from './creation-world.ts';

export type ApplyWorld = World<ApplyPlan, Schema>;

/** One of everything that is changed, and one of everything that is made, hanging together. */
const change = {
  config: { 'user.ui.title': 'Ours', 'user.more': 'yes' },
  projects: [{ name: 'team', description: 'Theirs' }],
  networks: [{ name: 'teambr0', type: 'bridge', config: { 'ipv4.address': '10.99.0.1/24' } }],
  storage_volumes: [{ name: 'shared', pool: 'local', description: 'One on each member' }],
  profiles: [
    { name: 'default', description: 'Ours', config: { 'limits.cpu': '2' } },
    { name: 'web', project: 'team', devices: { eth0: { type: 'nic', network: 'teambr0' } } },
  ],
  cluster_groups: [{ name: 'front', members: ['server1'] }],
};
/** lvm is so already; nvme gets one more target. */
const services = {
  lvm: { enabled: true },
  nvme: {
    enabled: true,
    targets: ['192.168.1.100', '192.168.1.101'].map((address) => ({ transport: 'tcp', address, port: 8009 })),
  },
};
/** What stood in the file before and does not any more: one of each kind that may go, some using others. */
const fileBefore = {
  projects: [{ name: 'old', description: 'Goes' }],
  storage_pools: [{ name: 'scratch', driver: 'dir', description: 'Goes, too' }],
  networks: [{ name: 'oldbr0', type: 'bridge', config: { 'ipv4.address': '10.97.0.1/24' } }],
  profiles: [
    { name: 'default', project: 'old', devices: { eth0: { type: 'nic', network: 'oldbr0' } } },
    { name: 'disk', project: 'old', devices: { root: { type: 'disk', path: '/', pool: 'scratch' } } },
  ],
  cluster_groups: [{ name: 'back', members: ['server1'] }],
};
/** The profile default of a project goes with it. */
export const prunedKeys = [
  ...['project/old', 'storage-pool/scratch', 'network/default/oldbr0', 'profile/old/disk', 'cluster-group/back'],
];
const changedKeys = ['profile/default/default', 'server-config'];
export const keysOfChange = [
  'project/team',
  'network/default/teambr0',
  'storage-volume/local/default/shared',
  'profile/team/web',
  'cluster-group/front',
  ...changedKeys,
];

export async function prepareApplies(members: number): Promise<{ make: MakeWorld<ApplyPlan, Schema>; end(): void }> {
  const creations = await prepareCreations(members);
  return { make: async () => makeWorld(await creations.make()), end: () => creations.end() };
}

async function makeWorld(made: CreationWorld): Promise<ApplyWorld> {
  const { database, domain, fleet, eyes } = made;
  await finishOne(made);
  const workflow = domain.workflows.find(
    ({ name }) => name === 'apply-configuration',
  ) as unknown as Workflow<ApplyPlan>; // as it was assembled
  await finishOne({ ...made, workflow, plan: await planApply(made, { application_seed_config: fileBefore }) });
  const plan = await planChange(made);
  const [first] = made.servers;
  if (first === undefined) throw new Error('no servers');
  const look = () =>
    Promise.all([
      ...looks.map(async (path) => inOrder(await eyes.get(first, path))),
      ...made.servers.map((server) => eyes.get(server, '/os/1.0/services/nvme')),
    ]);
  const before = await look();
  fleet.log.clear();
  return {
    workflow,
    plan,
    database,
    end: () => made.end(),
    async check(outcome: Outcome) {
      const doubled = findDoubled(fleet.log.list());
      if (doubled.length > 0) throw new Error(`doubled: ${doubled.join('; ')}`);
      const claims = await database.rows('select claim from operation_claims');
      if (claims.length > 0) throw new Error(`claims are left: ${JSON.stringify(claims)}`);
      const [row] = await database.rows<{ applied: string }>('select applied from applied_configurations');
      const known = Object.keys((JSON.parse(row?.applied ?? '{"items":{}}') as LastApplied).items);
      const isKnown = prunedKeys.every((key) => known.includes(key)) && known.includes('profile/old/default');
      if (isKnown === (outcome === 'finished')) throw new Error(`remembered: ${known.join(', ')}`);
      if (outcome === 'finished') return checkChange(made);
      const after = await look();
      const strange = after.flatMap((one, at) =>
        isDeepStrictEqual(one, before[at])
          ? []
          : [`${looks[at] ?? 'nvme'} ${JSON.stringify(before[at])} ${JSON.stringify(one)}`],
      );
      if (strange.length > 0) throw new Error(`not as before: ${strange.join(', ')}`);
    },
  };
}

/** What was deleted and made again stands last in a list. */
const inOrder = (found: unknown): unknown =>
  Array.isArray(found) ? found.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : found;

/** All of a cluster that the change could touch. */
const looks = [
  '/1.0',
  '/1.0/projects?recursion=1',
  '/1.0/networks?recursion=1',
  '/1.0/storage-pools?recursion=1',
  '/1.0/storage-pools/local/volumes/custom?recursion=1',
  '/1.0/profiles?recursion=1&all-projects=true',
  '/1.0/cluster/groups?recursion=1',
  '/1.0/certificates?recursion=1',
];

async function finishOne<Plan extends Json>(made: World<Plan, Schema>): Promise<void> {
  const runner = makeHarnessRunner(made, sameStep);
  await runner.start();
  try {
    const view = await runner.wait(await submit(made, runner), AbortSignal.timeout(60_000));
    if (view.status !== 'finished') throw new Error(`${view.about}: ${view.status}, ${view.failure?.message}`);
  } finally {
    await runner.stop({ graceMs: 10_000 });
  }
}

async function planChange(made: CreationWorld): Promise<ApplyPlan> {
  const plan = await planApply(made, {
    application_seed_config: change,
    services_config: services,
    take: { '': 'file' },
    prune: true,
  });
  const keys = [...plan.items, ...plan.prunes].map(({ key }) => key).sort();
  const wanted = [...keysOfChange, ...prunedKeys].sort();
  if (!isDeepStrictEqual(keys, wanted)) throw new Error(`other items are planned: ${keys.join(', ')}`);
  return plan;
}

/** What the service would submit, taken where it submits it. */
async function planApply({ domain }: CreationWorld, ask: object): Promise<ApplyPlan> {
  const submitted: ApplyPlan[] = [];
  const operations = {
    page: async () => ({ items: [] }),
    async submit(_tx: unknown, { plan }: { plan: unknown }) {
      submitted.push(plan as ApplyPlan); // made by the planner of this very workflow
      return 'planned';
    },
  } as unknown as OperationService; // planning and running ask for nothing else
  const workflow = domain.workflows.find(({ name }) => name === 'apply-configuration');
  const outline = (plan: ApplyPlan) => workflow?.steps(plan) ?? [];
  const apply = makeConfigurationApply({
    ...domain.parts,
    operations,
    templates: makeTemplateService(domain.parts),
    outline,
  });
  const { id } = await apply.plan(clusterName, routes.cluster_apply_plan.body.parse(ask), 'proof');
  await apply.run(clusterName, id, 'proof');
  const [plan] = submitted;
  if (plan === undefined) throw new Error('nothing was submitted');
  return plan;
}

const pruned = ['/1.0/projects', '/1.0/networks', '/1.0/storage-pools', '/1.0/cluster/groups'];
type Shown = { config: Record<string, string>; description: string };

async function checkChange({ eyes, servers }: CreationWorld): Promise<void> {
  for (const server of servers) {
    const nvme = await eyes.get<{ config: { targets: object[] } }>(server, '/os/1.0/services/nvme');
    if (nvme.config.targets.length !== 2) throw new Error(`${server.name} has ${nvme.config.targets.length} targets`);
  }
  const [first] = servers;
  if (first === undefined) throw new Error('no servers');
  const { config } = await eyes.get<Shown>(first, '/1.0');
  if (config['user.ui.title'] !== 'Ours' || config['user.more'] !== 'yes') throw new Error('the keys are not set');
  const profile = await eyes.get<Shown & { devices: object }>(first, '/1.0/profiles/default');
  if (profile.description !== 'Ours' || profile.config['limits.cpu'] !== '2') throw new Error('the profile is not so');
  if (Object.keys(profile.devices).length !== 2) throw new Error('the devices of the profile are not as before');
  await eyes.get(first, '/1.0/profiles/web?project=team');
  const { status } = await eyes.get<{ status: string }>(first, '/1.0/networks/teambr0');
  if (status !== 'Created') throw new Error(`the network is ${status}`);
  const left = await Promise.all(pruned.map((path) => eyes.get<string[]>(first, path)));
  const strange = left.flat().filter((url) => /\/(old|oldbr0|scratch|back)$/.test(url));
  if (strange.length > 0) throw new Error(`not deleted: ${strange.join(', ')}`);
}
