import type { Loop } from '../../platform/loops.ts';
import type { Outcomes } from './outcomes.service.ts';

/** Not more often: a locked SQLite file holds up the whole daemon for as long as it is waited for. */
const everyMs = 10_000;

export const lateOutcomesLoop = (outcomes: Pick<Outcomes, 'retry'>): Loop => ({
  name: 'late outcomes of the audit',
  everyMs,
  look: () => outcomes.retry(),
});
