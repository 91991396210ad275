import type { Loop } from '../../platform/loops.ts';
import type { SeenHistory } from './seen-history.service.ts';

/** A dump that is put back is older than that. */
const everyMs = 15_000;

export const rememberHistoryLoop = (history: Pick<SeenHistory, 'remember'>): Loop => ({
  name: 'what was seen of the audit',
  everyMs,
  look: () => history.remember(),
});
