import type { ApplyPlanView, ClusterPlan, KeptPlan } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';
import { type Column, listFormat, showFormat, showList, showObject } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { applyText } from '../cluster/apply-text.ts';
import { planText } from '../cluster/plan-text.ts';
import { findPlan, isApplyPlan, listPlans } from './find-plan.ts';

const columns: readonly Column<KeptPlan>[] = [
  { header: 'ID', value: ({ id }) => id.slice(0, 12) },
  { header: 'Kind', value: ({ kind }) => kind },
  { header: 'Cluster', value: ({ cluster }) => cluster },
  { header: 'Requested By', value: (plan) => plan.requested_by, free: true },
  { header: 'Created', value: (plan) => showTime(plan.created_at) },
  { header: 'Expires', value: (plan) => showTime(plan.expires_at) },
];

const id = required('Its id; the first characters are enough', { names: 'plans' });

export const planList = defineCommand({
  path: ['provisioning', 'plan', 'list'],
  about: 'List the plans that can still be run: of making a cluster (create), or of applying a file to one (apply)',
  detail: 'One of making a cluster holds its ids of lvm and mesh until it expires.',
  examples: ['operations-center provisioning plan list', 'operations-center provisioning plan list -f json'],
  args: {},
  options: { format: listFormat },
  whenEmpty: {
    none: 'There is no plan that can still be run',
    from: 'Make one: operations-center provisioning cluster add … --plan.',
  },
  run: ({ api }) => listPlans(api),
  show: (plans, { options, terminal }) => showList(plans, columns, options.format, terminalWidth(terminal)),
});

export const planShow = defineCommand({
  path: ['provisioning', 'plan', 'show'],
  about: 'Show a plan that can still be run',
  examples: [
    'operations-center provisioning plan show 7c1f04aa',
    'operations-center provisioning plan show 7c1f04aa -f json',
  ],
  args: { id },
  options: { format: showFormat },
  run: async ({ api, args }) => api.ask('plan_show', { params: { id: await findPlan(api, args.id) } }),
  show: (plan, { options, terminal }) => showObject(plan, options.format, () => textOf(plan, terminalWidth(terminal))),
});

export const planRemove = defineCommand({
  path: ['provisioning', 'plan', 'remove'],
  about: 'Drop a plan that was not run; ids that it held are free again',
  examples: ['operations-center provisioning plan remove 7c1f04aa'],
  args: { id },
  options: {},
  run: async ({ api, args }) => {
    await api.ask('plan_delete', { params: { id: await findPlan(api, args.id) } });
  },
  show: showNothing,
});

const textOf = (plan: ClusterPlan | ApplyPlanView, width: number | undefined): string =>
  isApplyPlan(plan) ? applyText(plan, width) : planText(plan, width);
