/** What kind of refusal a fault is; each kind has one HTTP status. */
export type FaultKind =
  | 'invalid'
  | 'not_allowed'
  | 'conflict'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'precondition_failed'
  | 'too_large'
  | 'internal'
  | 'fleet_failed'
  | 'unavailable';

/**
 * `about` says when it happens, `hint` what to do; both for people. `{cluster}` in a hint is what the details of the fault
 * call so.
 */
export type FaultEntry = { kind: FaultKind; about: string; hint: string };
