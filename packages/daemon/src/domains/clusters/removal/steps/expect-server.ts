import { type Step, StepFailure } from '@operations-center/workflow';
import { quick } from '../../steps/policies.ts';
import type { FactoryResetPlan } from '../factory-reset.plan.ts';
import { type FactoryResetStepParts, tokenOf } from './parts.ts';

/** As long as OC gives a server to come back. */
const tokenMs = 60 * 60_000;
/** Somebody may have to go to its console first. */
const expectedMs = 24 * 60 * 60_000;

/** From here on the machine may register anew as the server it was; nothing has been asked of it yet. */
export const expectServer = (parts: FactoryResetStepParts): Step<FactoryResetPlan> => ({
  name: 'expect-server',
  about: 'Make a token, and expect the server to come back as another machine',
  after: [],
  policy: quick,
  async run({ plan }) {
    if (!(await parts.standsStill(plan.operation))) {
      const message = `operation ${plan.operation} does not stand still any more`;
      throw new StepFailure('permanent', 'operation_moved_on', message, {
        hint: `See what it does: operations-center operation show ${plan.operation}.`,
      });
    }
    const now = parts.clock.nowMs();
    const wish = {
      uses_remaining: 1,
      expire_at: new Date(now + tokenMs).toISOString(),
      description: `Factory reset of server "${plan.server}"`,
      channel: plan.channel,
    };
    return {
      async save(tx) {
        await parts.tokens.grant(tx, tokenOf(parts, plan), wish);
        await parts.servers.expectReset(tx, plan.server, { until: now + expectedMs });
      },
    };
  },
  undo: {
    policy: quick,
    async run({ plan, output }) {
      // Once it was sent, the server is another one, whatever else went wrong.
      if (output('reset-server') !== undefined) return {};
      const { cluster, forming_cluster } = plan;
      return {
        save: (tx) =>
          parts.servers.expectReset(tx, plan.server, { until: null, belongs: { cluster, forming_cluster } }),
      };
    },
  },
});
