import type { Workflow } from '@operations-center/workflow';
import type { CreateClusterParts } from '../steps/parts.ts';
import { saveApplied } from './apply.store.ts';
import type { ApplyPlan } from './apply.ts';
import { changeItem, stepOfChange } from './steps/change-item.ts';
import { changeServices, stepOfServices } from './steps/change-services.ts';
import { lookAgain, readInventory } from './steps/look-again.ts';
import { pruneItem, stepOfPrune } from './steps/prune-item.ts';

/**
 * From a changed application configuration to a cluster that is so, or back to how it was: the table of contents. What
 * was applied is remembered at the end, in the same write; of what was taken back nothing is.
 */
export const makeApplyWorkflow = (parts: CreateClusterParts): Workflow<ApplyPlan> => ({
  name: 'apply-configuration',
  version: 1,
  about: ({ cluster, items, prunes, services }) =>
    `Apply a configuration to cluster "${cluster}": ${[
      counted(items.length, 'item'),
      ...(prunes.length === 0 ? [] : [`${prunes.length} to delete`]),
      ...(services.length === 0 ? [] : [`services on ${counted(services.length, 'member')}`]),
    ].join(', ')}`,
  claims: ({ cluster }) => [`cluster/${cluster}`],
  steps({ services, items, prunes }) {
    const prepared = ['preflight', ...services.map(stepOfServices)];
    const changes = items.map(stepOfChange);
    // What is deleted goes last: whatever fails before has deleted nothing.
    const deletions = prunes.map(stepOfPrune);
    return [
      lookAgain(parts),
      ...services.map((one) => changeServices(parts, one)),
      ...items.map((item) => changeItem(parts, item, prepared)),
      ...prunes.map((item) => pruneItem(parts, item, [...prepared, ...changes])),
      ...(items.length + prunes.length === 0 ? [] : [readInventory(parts, [...changes, ...deletions])]),
    ];
  },
  async settle(tx, { cluster_id, next }, outcome, operation) {
    if (outcome !== 'finished') return;
    const at = parts.clock.nowMs();
    await saveApplied(tx, { cluster: cluster_id, operation, applied: JSON.stringify(next), at });
  },
});

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
