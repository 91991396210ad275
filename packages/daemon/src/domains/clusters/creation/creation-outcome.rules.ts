import { Fault } from '@operations-center/contract';
import type { OperationView } from '@operations-center/workflow';
import { describeFailure, exitsOf } from '../../operations/operation.ts';

/** Why a creation that has come to rest is no cluster; undefined: it is one. */
export function findCreationFault(view: OperationView): Fault | undefined {
  if (view.status === 'finished') return undefined;
  const exits = exitsOf(view);
  const details = { operation: view.id, status: view.status, exits, ...placeOf(view) };
  const cause = describeFailure(view);
  const end = `${standing[view.status] ?? view.status}, operation ${view.id}`;
  if (cause === undefined || view.status === 'left') {
    const word = view.status === 'undone' ? 'cancelled' : 'not finished';
    return new Fault('cluster_create_ended', `${cause ?? word}; ${end}`, { details });
  }
  const choices = exits.length === 0 ? '' : ` (${exits.join(', ')})`;
  const hint = view.failure?.hint;
  return new Fault('cluster_create_failed', `${cause}; ${end}${choices}`, {
    details,
    ...(hint === null || hint === undefined ? {} : { hint }),
  });
}

const standing: Partial<Record<OperationView['status'], string>> = {
  undone: 'what was made is taken back',
  left: 'left as it stands',
  paused: 'it waits to be resumed',
  needs_attention: 'it needs a person to choose',
};

function placeOf({ failure }: OperationView): Record<string, string | null> {
  if (failure === null) return {};
  return { step: failure.step, target: failure.target, cause: failure.code };
}
