import type { OperationView, ProgressEvent } from '@operations-center/workflow';
import type { Log } from '../../platform/log.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { warningsOf } from './operation-warnings.rules.ts';

const scope = 'operation';

/**
 * Keeps the warnings true of operations: an event only says that it is time to look. One look after the other, so that
 * the last one sees how the operation stands.
 */
export function makeOperationWarnings(parts: {
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  view(id: string): Promise<OperationView | undefined>;
  log: Log;
}): { heed(event: ProgressEvent): void; settled(): Promise<void> } {
  let last = Promise.resolve();
  const look = async (id: string): Promise<void> => {
    const view = await parts.view(id);
    const wanted = view && warningsOf(view);
    if (wanted === undefined) return;
    const { subject, raise, clear } = wanted;
    if (clear === 'all') await parts.warnings.clear(undefined, { ...subject, scope });
    else for (const type of clear) await parts.warnings.clear(undefined, { ...subject, scope, type });
    for (const warning of raise) await parts.warnings.raise(undefined, { ...subject, scope, ...warning });
  };
  return {
    heed({ operation, event }) {
      if (event !== 'resting' && !event.endsWith('_asked')) return;
      last = last
        .then(() => look(operation))
        .catch((error: unknown) => parts.log.warn({ err: error, operation }, 'its warnings could not be kept'));
    },
    settled: () => last,
  };
}
