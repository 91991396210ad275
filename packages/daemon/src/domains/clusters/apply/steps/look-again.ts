import { type Step, StepFailure } from '@operations-center/workflow';
import type { CreateClusterParts } from '../../steps/parts.ts';
import { quick } from '../../steps/policies.ts';
import { asStepFailure, onServer } from '../../steps/step-failure.ts';
import { type ApplyPlan, throughOf } from '../apply.ts';

/** Looks once more at the members, now that the cluster is ours: the same ones, and none away. */
export const lookAgain = (parts: CreateClusterParts): Step<ApplyPlan> => ({
  name: 'preflight',
  about: 'Look at the members once more',
  after: [],
  policy: quick,
  undo: { none: 'it only looks' },
  async run({ plan, signal, warn }) {
    const { value } = await onServer(() => parts.fleet.incus.listMembers(throughOf(plan), { signal }));
    const found = value.map(({ server_name }) => server_name).sort();
    const wanted = plan.members.map(({ name }) => name).sort();
    if (found.join('\n') !== wanted.join('\n')) {
      const told = `the cluster has the members ${found.join(', ')} instead of ${wanted.join(', ')}`;
      throw new StepFailure('permanent', 'wrong_members', told, {
        hint: 'Plan it again: the plan was made for other members.',
        details: { found, wanted },
      });
    }
    for (const note of plan.notes) warn(note);
    return {};
  },
});

/** The cluster stands whatever the inventory shows: what could not be read is read by the next scan. */
export const readInventory = (parts: CreateClusterParts, after: readonly string[]): Step<ApplyPlan> => ({
  name: 'read-inventory',
  about: 'Read the inventory of the cluster',
  after,
  policy: { ...quick, deadlineMs: 120_000 },
  skip: 'the cluster is as wanted; the next scan, at most 15 minutes later, reads its inventory',
  undo: { none: 'the next scan shows what was put back' },
  async run({ plan, signal, warn }) {
    const { cluster, members } = plan;
    const serverNames = members.map(({ name }) => name);
    try {
      const { problems } = await parts.inventory.scanCluster({ cluster, endpoints: members, serverNames, signal });
      for (const message of problems) warn({ code: 'inventory_incomplete', message });
    } catch (error) {
      signal.throwIfAborted();
      const failure = asStepFailure(error);
      const message =
        failure instanceof StepFailure ? failure.message : 'the inventory could not be written; see the log';
      warn({ code: 'inventory_incomplete', message });
    }
    return {};
  },
});
