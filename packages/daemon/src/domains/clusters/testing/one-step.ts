import { type Step, StepFailure } from '@operations-center/workflow';
import type { assembleClusterWorkflows } from '../assembly.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';

/** What the step that stands for all steps does. */
export type Work = { wish: 'succeed' | 'warn' | 'fail' | 'ask' | 'wait'; started: Promise<void>; go(): void };

export function makeWork(): Work & { begin(): void; gate: Promise<void> } {
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  return { wish: 'succeed', started: started.promise, gate: gate.promise, go: gate.resolve, begin: started.resolve };
}

type Parts = Parameters<typeof assembleClusterWorkflows>[0];

/** Stands for all steps of a creation: what each of them does is tested where it is written. */
export function stepOf(work: ReturnType<typeof makeWork>, parts: Parts): Step {
  const policy = { name: 'test', attempts: 1, backoffMs: 1, backoffMaxMs: 1, deadlineMs: 20_000, everyMs: 10 };
  return {
    name: 'join-member',
    target: 'server1',
    about: 'Let server1 join',
    after: [],
    policy,
    async run({ plan, signal, warn }) {
      work.begin();
      if (work.wish === 'warn') warn({ code: 'odd', message: 'server1 is odd' });
      if (work.wish === 'wait') await Promise.race([work.gate, aborted(signal)]);
      if (work.wish === 'fail')
        throw new StepFailure('permanent', 'join_failed', 'server1: no route', { hint: 'Look at it.' });
      if (work.wish === 'ask') throw new StepFailure('attention', 'wrong_members', 'server1: somebody else was here');
      // The plan is the one of this very workflow.
      const { servers, cluster, channel } = plan as unknown as CreateClusterPlan;
      return {
        async save(tx) {
          for (const { name, connection_url } of servers)
            await parts.servers.adopt(tx, name, { cluster, connection_url, channel });
        },
      };
    },
    undo: {
      policy,
      run: async ({ plan }) => ({
        async save(tx) {
          const { servers, cluster } = plan as unknown as CreateClusterPlan;
          await parts.servers.release(tx, cluster);
          await parts.servers.setForming(
            tx,
            servers.map(({ name }) => name),
            null,
          );
        },
      }),
    },
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
