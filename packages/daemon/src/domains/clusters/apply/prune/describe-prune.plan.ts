import type { PlannedStep } from '@operations-center/contract';
import { deleteObjectCall, putObjectCall } from '@operations-center/fleet-protocol';
import { stepKey } from '@operations-center/workflow';
import type { Sealer } from '../../../../platform/keys/sealing.ts';
import type { StepOutline, WholeCall } from '../../description/described-step.ts';
import { type Durations, estimateStep } from '../../description/estimate.plan.ts';
import { creatingRows } from '../../description/item-facts.plan.ts';
import { wholeCall } from '../../description/planned-calls.plan.ts';
import { byFingerprint, identityOf, type OpenItem, openItem } from '../../plan/open-item.ts';
import type { ApplyPlan, PrunedItem } from '../apply.ts';

type DescribeAsk = { planned: { plan: ApplyPlan }; durations: Durations; sealer: Sealer };

export const pruneStep = 'prune-item';

/** What is deleted, told by all that it says. */
export function describePrune(
  item: PrunedItem,
  step: StepOutline,
  { planned: { plan }, durations, sealer }: DescribeAsk,
): Omit<PlannedStep, 'calls'> & { calls: readonly WholeCall[] } {
  const open = openItem({ sealer }, item);
  return {
    ...{ key: stepKey(step), name: step.name, target: item.key, about: step.about, after: [...step.after] },
    phase: 'application',
    servers: plan.members.map(({ name }) => name),
    calls: deletingCalls(plan, open),
    in_order: true,
    changes: creatingRows(open).map(({ what, after }) => ({ what, before: after, after: null })),
    already: [],
    reboots: false,
    interrupts: null,
    undo: { automatic: true, about: 'is made again as it was', calls: [] },
    ...estimateStep(step.name, durations),
  };
}

/** A group is emptied before. */
function deletingCalls({ through }: ApplyPlan, item: OpenItem): WholeCall[] {
  const { kind } = item.planned;
  if (kind === 'server-config') return [];
  const identity = identityOf(kind === 'certificate' ? byFingerprint(item) : item, kind);
  const { description, config } = item.wanted;
  const emptied = { description, config, members: [] };
  return [
    ...(kind === 'cluster-group' ? [wholeCall(through, putObjectCall(identity, emptied))] : []),
    wholeCall(through, deleteObjectCall(identity)),
  ];
}
