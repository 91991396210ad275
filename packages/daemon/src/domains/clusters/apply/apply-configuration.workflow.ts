import type { Workflow } from '@operations-center/workflow';
import type { CreateClusterParts } from '../steps/parts.ts';
import { saveApplied } from './apply.store.ts';
import type { ApplyPlan } from './apply.ts';
import { changeItem, stepOfChange } from './steps/change-item.ts';
import { changeServices, stepOfServices } from './steps/change-services.ts';
import { lookAgain, readInventory } from './steps/look-again.ts';

/**
 * From a changed application configuration to a cluster that is so, or back to how it was: the table of contents. What
 * was applied is remembered at the end, in the same write; of what was taken back nothing is.
 */
export const makeApplyWorkflow = (parts: CreateClusterParts): Workflow<ApplyPlan> => ({
  name: 'apply-configuration',
  version: 1,
  about: ({ cluster, items, services }) =>
    `Apply a configuration to cluster "${cluster}": ${counted(items.length, 'item')}${services.length === 0 ? '' : `, services on ${counted(services.length, 'member')}`}`,
  claims: ({ cluster }) => [`cluster/${cluster}`],
  steps: ({ services, items }) => [
    lookAgain(parts),
    ...services.map((one) => changeServices(parts, one)),
    ...items.map((item) => changeItem(parts, item, ['preflight', ...services.map(stepOfServices)])),
    ...(items.length === 0 ? [] : [readInventory(parts, items.map(stepOfChange))]),
  ],
  async settle(tx, { cluster_id, next }, outcome, operation) {
    if (outcome !== 'finished') return;
    const at = parts.clock.nowMs();
    await saveApplied(tx, { cluster: cluster_id, operation, applied: JSON.stringify(next), at });
  },
});

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
