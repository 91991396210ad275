import { type Json, type Policy, type Step, StepFailure, type StepResult, stepKey } from '../workflow.ts';

/** A step changed for a try. */
export type Wrap = (step: Step) => Step;

/** The code of failures that the harness makes. */
export const failedOnPurpose = 'harness';

export const sameStep: Wrap = (step) => step;

export const twice: Wrap = (step) => {
  if ('until' in step) return step;
  const run = async (context: Parameters<typeof step.run>[0]): Promise<StepResult> => {
    await step.run(context);
    // As after a crash: the journal counts every start.
    return step.run({ ...context, attempt: context.attempt + 1, mayBeDone: true });
  };
  return { ...step, run };
};

export const undoneTwice: Wrap = (step) => {
  const { undo } = step;
  if (!('run' in undo)) return step;
  const run = async (context: Parameters<typeof undo.run>[0]) => {
    await undo.run(context);
    return undo.run(context);
  };
  return { ...step, undo: { ...undo, run } };
};

/** The step of this key fails for good, before it did anything or after it did all. */
export function failing(step: Step, key: string, moment: 'before' | 'after'): Step {
  if (stepKey(step) !== key) return step;
  const fail = (): never => {
    throw new StepFailure('permanent', failedOnPurpose, `failed on purpose ${moment} it acted`);
  };
  if ('until' in step) return { ...step, until: async () => fail() };
  const runThenFail = async (context: Parameters<typeof step.run>[0]): Promise<StepResult> => {
    await step.run(context);
    return fail();
  };
  return { ...step, run: moment === 'before' ? async () => fail() : runThenFail };
}

/** Taking back the step of this key asks, before it did anything or after it did all. */
export function undoAsking(step: Step, key: string, moment: 'before' | 'after'): Step {
  const { undo } = step;
  if (stepKey(step) !== key || !('run' in undo)) return step;
  const run = async (context: Parameters<typeof undo.run>[0]): Promise<never> => {
    if (moment === 'after') await undo.run(context);
    throw new StepFailure('attention', failedOnPurpose, `asks on purpose ${moment} it took back`);
  };
  return { ...step, undo: { ...undo, run } };
}

/** The step, asked at each call which one it is now; `like` has its facts. */
export function eitherStep(now: () => Step, like: Step): Step {
  const { undo } = like;
  const nowUndo = () => now().undo as Extract<Step['undo'], { run: unknown }>; // they differ in what they do only
  const eitherUndo = 'run' in undo ? { ...undo, run: (context: never) => nowUndo().run(context) } : undo;
  if ('until' in like) return { ...like, undo: eitherUndo, until: (context) => (now() as typeof like).until(context) };
  return { ...like, undo: eitherUndo, run: (context) => (now() as typeof like).run(context) };
}

/** Every pause of the policies cut to nothing. */
export function hurry(step: Step): Step {
  const quick = (policy: Policy): Policy => ({ ...policy, backoffMs: 1, backoffMaxMs: 1, everyMs: 1 });
  const undo = 'run' in step.undo ? { ...bindUndo(step.undo), policy: quick(step.undo.policy) } : step.undo;
  return { ...step, ...bindStep(step), policy: quick(step.policy), undo };
}

const bindUndo = (undo: Extract<Step['undo'], { run: unknown }>) => ({ ...undo, run: undo.run.bind(undo) });
const bindStep = (step: Step) => ('until' in step ? { until: step.until.bind(step) } : { run: step.run.bind(step) });

/** Steps that nothing follows: when they fail, all others have succeeded. */
export function lastSteps<P extends Json>(steps: readonly Step<P>[]): Set<string> {
  const followed = new Set(steps.flatMap(({ after }) => after));
  return new Set(steps.map(stepKey).filter((key) => !followed.has(key)));
}
