import type { Clock } from '../../../platform/clock.ts';
import type { Loop } from '../../../platform/loops.ts';
import type { MainDatabase } from '../../../schema.ts';
import { sweepApplyPlans } from '../apply/apply.store.ts';
import { sweepPlans } from './plans.store.ts';

/** Frees what expired plans hold and forgets their words, also where nobody plans any more: they hold secrets. */
export const sweepPlansLoop = ({ database, clock }: { database: MainDatabase; clock: Clock }): Loop => ({
  name: 'sweep plans',
  everyMs: 60 * 60 * 1000,
  look: () =>
    database.write('sweep plans', async (tx) => {
      await sweepPlans(tx, clock.nowMs());
      await sweepApplyPlans(tx, clock.nowMs());
    }),
});
