import type { Tx } from '@operations-center/database';

/** Plans, outputs and observations are kept as JSON text; a secret inside them is always a sealed string. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A kind of long work: from a plan follow its steps, and nothing else. `steps` is pure: the same plan gives the same
 * steps with the same keys, today and after a restart, because the journal knows steps only by key.
 */
export type Workflow<Plan extends Json = Json> = {
  /** `create-cluster`: permanent, it stands in the journal. */
  name: string;
  version: number;
  /** One line for a person: `Create cluster "wonderful" from 3 servers`. */
  about(plan: Plan): string;
  /**
   * Rows this operation holds while it is open: `cluster/wonderful`, `server/server1`. One operation a row. Who holds
   * `operation/<id>` stands in for a person's choice there: that operation has no ways out meanwhile.
   */
  claims(plan: Plan): readonly string[];
  /** Rows it is about and does not hold: it is found by them, too. */
  subjects?(plan: Plan): readonly string[];
  steps(plan: Plan): readonly Step<Plan>[];
  /** Why an operation that goes back cannot go forward again, beside what its steps say. */
  noReturn?(tx: Tx<unknown>, operation: string): Promise<string | undefined>;
  /** Written in the same transaction as the end of the operation. */
  settle?(tx: Tx<unknown>, plan: Plan, outcome: Outcome, operation: string): Promise<void>;
};

/** How an operation ended: everything done, everything taken back, or left as it stands because a person said so. */
export type Outcome = 'finished' | 'undone' | 'left';

/** A step either acts (`run`) or waits for something it can see (`until`). */
export type Step<Plan extends Json = Json> = RunStep<Plan> | UntilStep<Plan>;

type StepBase<Plan extends Json> = {
  /** `configure-services`: the step's name is a contract. */
  name: string;
  /** The server or item it is about: `server1`. Key of the step = `name` or `name/target`. */
  target?: string;
  /** One line for a person: `Configure services lvm, nvme on server1`. */
  about: string;
  /** Keys of the steps that must have succeeded before. Steps that do not follow each other run beside each other. */
  after: readonly string[];
  policy: Policy;
  undo: Undo<Plan>;
  /**
   * Why one may go on without it: `the next scan reads the inventory`. Such a step never makes the operation turn back:
   * when it fails for good, a person chooses. No step that follows may need its output.
   */
  skip?: string;
};
export type RunStep<Plan extends Json = Json> = StepBase<Plan> & {
  /** Observe, act, observe: must recognise what it did already, for it may run twice. */
  run(context: StepContext<Plan>): Promise<StepResult>;
  /** It only fetches: ended in the middle, by a cancel or a stop, it has changed nothing. Others come to their own end. */
  fetches?: true;
};
export type UntilStep<Plan extends Json = Json> = StepBase<Plan> & {
  /** Looks once; the engine looks again every `policy.everyMs` until `policy.deadlineMs`. */
  until(context: StepContext<Plan>): Promise<Observation>;
};

export const stepKey = (step: { name: string; target?: string }): string =>
  step.target === undefined ? step.name : `${step.name}/${step.target}`;

/** How a step is tried. Times are milliseconds on the monotonic clock. */
export type Policy = {
  name: string;
  /** How often a transient failure is tried in all. */
  attempts: number;
  /** Pause before try n+1: `backoffMs × 2^(n-1)`, at most `backoffMaxMs`. */
  backoffMs: number;
  backoffMaxMs: number;
  /** One try (run) or the whole wait (until) takes no longer. */
  deadlineMs: number;
  /** Pause between two looks of an `until`. */
  everyMs: number;
};

/** Taking a step back: tolerant of "nothing was done" and of "already taken back". */
export type Undo<Plan extends Json = Json> =
  /** An output given here takes the place of the step's own, for what is taken back after it. */
  | {
      run(context: UndoContext<Plan>): Promise<void | StepResult>;
      policy: Policy;
      /**
       * Once this step is taken back the operation cannot go forward again, because: `the servers get their backups
       * back`. For what comes next on the way back is of a kind that no step may be run again after.
       */
      noReturn?: string;
    }
  /** There is nothing to take back here, because …; the reason is shown in plans. */
  | { none: string };

export type StepContext<Plan extends Json = Json> = {
  operation: string;
  plan: Plan;
  /** Attempt number, from 1. More than 1 also after a crash: the step was started before. */
  attempt: number;
  /**
   * What the step does may be done already, by us: an earlier try was cut short, or the operation was resumed, and then
   * the journal may be older than the fleet (a restored backup). Otherwise nothing need be looked for.
   */
  mayBeDone: boolean;
  /** A person was asked since the operation began, or it was paused: what was looked at before may be old. */
  stoodStill: boolean;
  /** Aborts at the step's deadline, at cancel (waits and transfers), at shutdown, when the lease is lost. */
  signal: AbortSignal;
  /** What this step gave before the operation turned back, and forward again: what it did then may still be there. */
  earlier: <T>() => T | undefined;
  /** The recorded output of a step that succeeded. Throws if there is none: the step is not in `after`. */
  output: <T>(key: string) => T;
  /** What is seen while waiting; shown with its time: `server3 answers "connection refused"`. */
  observed: (text: string) => void;
  /** Kept in the journal of this step and shown to the user; changes nothing. */
  warn: (warning: { code: string; message: string }) => void;
};
export type UndoContext<Plan extends Json = Json> = Omit<StepContext<Plan>, 'output' | 'earlier'> & {
  /** Also of steps that did not succeed: then undefined. */
  output: <T>(key: string) => T | undefined;
};

export type StepResult = {
  output?: Json;
  /** Nothing had to be done: what was wanted was there already. */
  already?: boolean;
  /** Domain rows that change with this step, written in the same transaction as its record. */
  save?(tx: Tx<unknown>): Promise<void>;
};
export type Observation = ({ done: true } & StepResult) | { done: false; seen: string };

/**
 * Why a step did not succeed. *Transient*: the policy tries again. *Permanent*: the operation unwinds. *Attention*: a
 * person must choose; nothing is taken back by itself. Anything else thrown counts as permanent.
 */
export class StepFailure extends Error {
  readonly kind: 'transient' | 'permanent' | 'attention';
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: Json;
  constructor(
    kind: 'transient' | 'permanent' | 'attention',
    code: string,
    message: string,
    options: { hint?: string; details?: Json; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'StepFailure';
    this.kind = kind;
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? null;
  }
}
