import type { Workflow } from '@operations-center/workflow';
import type { Tx } from '../../../schema.ts';
import { readFiles, saveArtifacts } from '../artifacts/artifacts.store.ts';
import { findCluster } from '../clusters.store.ts';
import type { CreateClusterParts } from '../steps/parts.ts';
import { appliedArtifacts } from './applied-artifacts.plan.ts';
import { findShownPlan, saveApplied } from './apply.store.ts';
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
  async settle(tx: Tx, plan, outcome, operation) {
    if (outcome !== 'finished') return;
    const { cluster: name, cluster_id, next } = plan;
    const at = parts.clock.nowMs();
    const cluster = await findCluster(tx, name);
    // It was forgotten meanwhile.
    if (cluster?.id !== cluster_id) return;
    await saveApplied(tx, { cluster: cluster_id, operation, applied: JSON.stringify(next), at });
    const kept = { inputs: await readFiles(tx, name, 'inputs'), plan: await readFiles(tx, name, 'plan') };
    const { connection_url } = cluster;
    const shown = await findShownPlan(tx, operation);
    const ask = { plan, connection_url, shown, kept, sealer: parts.sealer };
    await saveArtifacts(tx, cluster_id, appliedArtifacts(ask), at);
  },
});

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
