import type { Step } from '@operations-center/workflow';
import { type CreateClusterPlan, namesOf } from '../plan/plan.ts';
import type { CreateClusterParts } from './parts.ts';

/**
 * The same step, but a server that was reset meanwhile holds nothing that could be taken back, and is not asked. What
 * was done through the cluster is gone when every server of it is.
 */
export function forgiveReset(
  parts: Pick<CreateClusterParts, 'wereReset'>,
  plan: CreateClusterPlan,
  step: Step<CreateClusterPlan>,
): Step<CreateClusterPlan> {
  const { undo } = step;
  if (!('run' in undo)) return step;
  const names = namesOf(plan);
  const about = names.filter((name) => name === step.target);
  const needed = about.length > 0 ? about : names;
  return {
    ...step,
    undo: {
      ...undo,
      async run(context) {
        const reset = await parts.wereReset(context.operation);
        return needed.every((name) => reset.has(name)) ? { already: true } : undo.run(context);
      },
    },
  };
}
