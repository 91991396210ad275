import type { FaultEntry } from './entry.ts';

const again = 'Make a new plan: operations-center provisioning cluster add … --plan.';

export const planFaults = {
  plan_not_found: {
    kind: 'not_found',
    about: 'There is no plan with this id, or there was one a long time ago.',
    hint: again,
  },
  plans_too_many: {
    kind: 'conflict',
    about: 'So many plans wait to be run that no further one is kept; each holds ids of lvm and mesh for a day.',
    hint: 'Drop those that nobody runs: operations-center provisioning plan list, then plan remove ID.',
  },
  plan_expired: {
    kind: 'conflict',
    about: 'The plan is older than a day: what it held for the cluster may belong to another by now.',
    hint: again,
  },
  plan_ran_already: {
    kind: 'conflict',
    about: 'The plan was run, and a plan runs once. The message names its operation.',
    hint: 'Look at the operation: operations-center operation show {operation}.',
  },
  plan_not_runnable: {
    kind: 'not_allowed',
    about: 'The plan has blocking findings; nothing was changed.',
    hint: 'Do what each finding says, or ignore it by name (--ignore CHECK) where that is allowed, and plan again.',
  },
  plan_outdated: {
    kind: 'conflict',
    about: 'Something is no longer as it was when the plan was made; nothing was changed.',
    hint: again,
  },
  cluster_preflight_failed: {
    kind: 'not_allowed',
    about: 'A check before the creation found something that stands in its way; nothing was changed.',
    hint: 'Do what each finding says, then try again.',
  },
} as const satisfies Record<string, FaultEntry>;
