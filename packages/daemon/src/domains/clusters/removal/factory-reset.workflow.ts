import { operationClaim, type Workflow } from '@operations-center/workflow';
import type { FactoryResetPlan } from './factory-reset.plan.ts';
import { awaitServerBack } from './steps/await-server-back.ts';
import { expectServer } from './steps/expect-server.ts';
import { type FactoryResetStepParts, tokenOf } from './steps/parts.ts';
import { resetServer } from './steps/reset-server.ts';

/** One server goes back to factory state, and comes back to us: the table of contents. */
export const makeFactoryResetWorkflow = (parts: FactoryResetStepParts): Workflow<FactoryResetPlan> => ({
  name: 'factory-reset',
  version: 1,
  about: ({ server }) => `Factory reset of server "${server}"`,
  // Not the server, which the other operation holds: that one stands still, and does nothing while we hold it.
  claims: ({ operation }) => [operationClaim(operation)],
  subjects: ({ server }) => [`server/${server}`],
  steps: () => [expectServer(parts), resetServer(parts), awaitServerBack(parts)],
  async settle(tx, plan) {
    await parts.tokens.retire(tx, tokenOf(parts, plan));
  },
});
