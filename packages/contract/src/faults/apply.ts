import type { FaultEntry } from './entry.ts';

export const applyFaults = {
  apply_plan_not_found: {
    kind: 'not_found',
    about: 'There is no plan with this id for this cluster, or there was one a long time or a hundred plans ago.',
    hint: 'Make a new plan: operations-center provisioning cluster apply {cluster} -a FILE --plan.',
  },
  apply_not_runnable: {
    kind: 'not_allowed',
    about:
      'Others changed what the file changes, too, and nobody chose; or Incus would refuse a change. Nothing was done.',
    hint: 'Do what the plan says: operations-center provisioning cluster apply {cluster} -a FILE --plan.',
  },
  apply_choice_unknown: {
    kind: 'invalid',
    about: 'A choice names something in which file and cluster do not differ.',
    hint: 'Name it as the plan does: operations-center provisioning cluster apply {cluster} -a FILE --plan.',
  },
  apply_failed: {
    kind: 'fleet_failed',
    about: 'Applying did not succeed. The message names item and cause; what was changed is put back.',
    hint: 'Look at the operation: operations-center operation show {operation}.',
  },
  apply_ended: {
    kind: 'conflict',
    about: 'Applying was ended by a person: cancelled, or left as it stands.',
    hint: 'Look at the operation: operations-center operation show {operation}.',
  },
} as const satisfies Record<string, FaultEntry>;
