import { Fault } from '@operations-center/contract';
import type { OperationView } from '@operations-center/workflow';
import { describeFailure, exitsOf } from '../../operations/operation.ts';

/** Why an operation that has come to rest has not applied its plan; undefined: it has. */
export function findApplyFault(view: OperationView): Fault | undefined {
  if (view.status === 'finished') return undefined;
  const exits = exitsOf(view);
  const details = { operation: view.id, status: view.status, exits };
  const cause = describeFailure(view);
  const end = `${standing[view.status] ?? view.status}, operation ${view.id}`;
  if (cause === undefined || view.status === 'left') {
    const word = view.status === 'undone' ? 'cancelled' : 'not finished';
    return new Fault('apply_ended', `${cause ?? word}; ${end}`, { details });
  }
  const hint = view.failure?.hint;
  return new Fault('apply_failed', `${cause}; ${end}`, {
    details,
    ...(hint === null || hint === undefined ? {} : { hint }),
  });
}

const standing: Partial<Record<OperationView['status'], string>> = {
  undone: 'what was changed is put back',
  left: 'left as it stands',
  paused: 'it waits to be resumed',
  needs_attention: 'it needs a person to choose',
};
