import type { Step } from '@operations-center/workflow';
import { type CreateClusterPlan, namesOf } from '../plan/plan.ts';
import type { CreateClusterParts } from './parts.ts';
import { quick } from './policies.ts';

/** From here on the servers are being formed: nobody else takes them, and polls expect either certificate. */
export const reserve = (parts: CreateClusterParts): Step<CreateClusterPlan> => ({
  name: 'reserve',
  about: 'Reserve the servers',
  after: ['preflight'],
  policy: quick,
  run: async ({ plan }) => ({
    save: (tx) => parts.servers.setForming(tx, namesOf(plan), plan.cluster),
  }),
  undo: {
    policy: quick,
    run: async ({ plan }) => ({
      async save(tx) {
        await parts.servers.setForming(tx, namesOf(plan), null);
        await parts.servers.setClusterCertificate(tx, namesOf(plan), null);
      },
    }),
  },
});
