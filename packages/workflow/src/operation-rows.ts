import type { Json, Outcome } from './workflow.ts';

/** A row of `operations` as it is read; JSON still text. */
export type OperationRow = {
  id: string;
  workflow: string;
  version: number;
  plan: string;
  about: string;
  claims: string;
  requested_by: string | null;
  created_at: number;
  updated_at: number;
  /** Last sign of life of the one who worked on it: an entry or a renewed lease. */
  touched_at: number;
  touched_by: string | null;
  /** `undo` after a cancel, an undo, or a step that failed for good. Never goes back. */
  wants: 'run' | 'undo';
  /** Failures up to this entry were waved through by a person. */
  forgiven: number;
  /** Why it is paused, or null. */
  paused: string | null;
  /** 1 once a person resumed it: the fleet may be ahead of the journal, also for steps that it never saw begin. */
  resumed: number;
  outcome: Outcome | null;
  /** 1 while a runner should have it, 0 while it rests. */
  todo: number;
  owner: string | null;
  /** One run of one runner; an owner that starts again is another holder. */
  holder: string | null;
  fence: number;
  lease_until: number;
  busy_until: number;
  /** What waiting steps saw last, as of the last renewed lease. */
  observed: string | null;
};

export type StepRow = {
  operation: string;
  seq: number;
  step: string;
  event: string;
  attempt: number;
  at: number;
  deadline_at: number | null;
  output: string | null;
  detail: string | null;
};

export const operationColumns = `id, workflow, version, plan, about, claims, requested_by, created_at, updated_at, touched_at, touched_by,
  wants, forgiven, paused, resumed, outcome, todo, owner, holder, fence, lease_until, busy_until, observed`;

export const stepColumns = 'operation, seq, step, event, attempt, at, deadline_at, output, detail';

/** What a step that waits saw last, and when. */
export type Observed = { readonly [step: string]: { text: string; at: number } };

/** JSON this engine wrote itself. */
export const parseOwn = <T extends Json | object>(text: string): T => JSON.parse(text) as T; // only rows written by us are read
