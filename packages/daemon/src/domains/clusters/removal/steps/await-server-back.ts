import { type Step, StepFailure } from '@operations-center/workflow';
import { quick } from '../../steps/policies.ts';
import type { FactoryResetPlan } from '../factory-reset.plan.ts';
import { saveReset } from '../factory-resets.store.ts';
import type { FactoryResetStepParts } from './parts.ts';

/** A machine starts twice and fetches its application; then its token is of no use any more. */
const backWithinMs = 60 * 60_000;

/** Waits until the machine has registered anew and is ready. */
export function awaitServerBack(parts: FactoryResetStepParts): Step<FactoryResetPlan> {
  // Of each try by itself: who tries again gives it as much time again.
  const waiting = new Map<string, number>();
  return {
    name: 'await-server-back',
    about: 'the server to register anew and be ready',
    after: ['reset-server'],
    policy: { ...quick, name: 'back', attempts: 1, deadlineMs: backWithinMs + 60_000 },
    undo: { none: 'it only looks' },
    async until({ plan, operation, attempt }) {
      const key = `${operation} ${attempt}`;
      const since = waiting.get(key) ?? performance.now();
      waiting.set(key, since);
      const [server] = await parts.servers.findAll([plan.server]);
      const isAnew = server !== undefined && server.fingerprint !== plan.fingerprint;
      if (isAnew && server.status === 'ready') {
        waiting.delete(key);
        const reset = { server: plan.server, reset_by: operation, at: parts.clock.nowMs() };
        return { done: true, save: (tx) => saveReset(tx, plan.operation, reset) };
      }
      if (performance.now() - since > backWithinMs) {
        waiting.delete(key);
        throw notBack(plan);
      }
      return {
        done: false,
        seen: isAnew ? `${plan.server} registered; it is ${server.status}` : `${plan.server} has not registered yet`,
      };
    },
  };
}

const notBack = ({ server }: FactoryResetPlan): StepFailure =>
  new StepFailure(
    'attention',
    'server_not_back',
    `${server} did not come back within ${backWithinMs / 60_000} minutes`,
    {
      hint: `Look at its console. Its token has expired: give it more time (operations-center provisioning token list, token edit), then retry.`,
      details: { server },
    },
  );
