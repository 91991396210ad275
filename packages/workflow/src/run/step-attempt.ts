import type { EntryFailure, Warning } from '../journal.ts';
import { type Json, type Step, type StepContext, StepFailure, type StepResult, type UndoContext } from '../workflow.ts';
import { pause, StepInterrupted, type StepSignal } from './step-signal.ts';
import { unexpectedFailure } from './unexpected.ts';

/** A step that ignores its signal is given this long; then nobody knows what it still does, and a person must look. */
export const signalGraceMs = 10_000;

export type AttemptParts = {
  operation: string;
  step: string;
  plan: Json;
  attempt: number;
  mayBeDone: boolean;
  stoodStill: boolean;
  signal: StepSignal;
  output(key: string): Json | undefined;
  observed(text: string): void;
  /** Something was thrown that is not meant for people: its text goes to the log, and nowhere else. */
  unexpected(error: unknown): void;
  /** Runs one look of a wait when there is room for it. */
  withRoom<T>(work: () => Promise<T>): Promise<T>;
};

export type AttemptEnd =
  | { end: 'succeeded'; result: StepResult; warnings: Warning[] }
  | { end: 'failed'; failure: Omit<EntryFailure, 'final'>; warnings: Warning[] }
  /** Cancelled, stopped, or no longer ours: nothing to record. */
  | { end: 'interrupted' };

/** One try of a step. Never throws, and always ends. */
export async function attemptStep(step: Step, parts: AttemptParts): Promise<AttemptEnd> {
  const warnings: Warning[] = [];
  const context: StepContext = {
    ...baseContext(parts, warnings),
    earlier: <T>() => parts.output(parts.step) as T | undefined, // as below
    output: <T>(key: string): T => {
      const output = parts.output(key);
      if (output === undefined) throw new Error(`step "${key}" has no output: is it in \`after\`?`);
      return output as T; // the workflow's author knows what that step returns
    },
  };
  const work = 'until' in step ? () => waitUntil(step, context, parts) : () => step.run(context);
  return endOf(work, parts, warnings);
}

/** One try to take a step back. Never throws, and always ends. */
export async function attemptUndo(
  undo: (context: UndoContext) => Promise<void | StepResult>,
  parts: AttemptParts,
): Promise<AttemptEnd> {
  const warnings: Warning[] = [];
  const context: UndoContext = {
    ...baseContext(parts, warnings),
    output: <T>(key: string) => parts.output(key) as T | undefined, // as above
  };
  return endOf(async () => (await undo(context)) ?? {}, parts, warnings);
}

const baseContext = (parts: AttemptParts, warnings: Warning[]) => ({
  operation: parts.operation,
  plan: parts.plan,
  attempt: parts.attempt,
  mayBeDone: parts.mayBeDone,
  stoodStill: parts.stoodStill,
  signal: parts.signal.signal,
  observed: (text: string) => parts.observed(text),
  warn: (warning: Warning) => void warnings.push({ code: warning.code, message: warning.message }),
});

async function waitUntil(
  step: Extract<Step, { until: unknown }>,
  context: StepContext,
  parts: AttemptParts,
): Promise<StepResult> {
  for (;;) {
    const seen = await parts.withRoom(() => look(step, context));
    if (seen.done) return seen;
    context.observed(seen.seen);
    await pause(step.policy.everyMs, context.signal);
  }
}

/** A look that fails for the moment saw just that. */
async function look(step: Extract<Step, { until: unknown }>, context: StepContext) {
  context.signal.throwIfAborted();
  try {
    return await step.until(context);
  } catch (error) {
    if (error instanceof StepFailure && error.kind === 'transient')
      return { done: false as const, seen: error.message };
    throw error;
  }
}

async function endOf(work: () => Promise<StepResult>, parts: AttemptParts, warnings: Warning[]): Promise<AttemptEnd> {
  try {
    const result = await orGivenUp(work, parts.signal.signal);
    return { end: 'succeeded', result, warnings };
  } catch (error) {
    const interrupted = interruption(error, parts.signal.signal);
    if (interrupted !== undefined && interrupted.because !== 'deadline') return { end: 'interrupted' };
    return { end: 'failed', failure: toFailure(error, interrupted, parts), warnings };
  } finally {
    parts.signal.end();
  }
}

async function orGivenUp<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  const givenUp = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(new StepDoesNotEnd()), signalGraceMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([work(), givenUp]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

class StepDoesNotEnd extends StepFailure {
  constructor() {
    super('attention', 'step_does_not_end', 'the step was told to stop and did not: what it still does is not known');
  }
}

/** An error after the signal fired is the signal's, unless the step made up its own mind about it. */
function interruption(error: unknown, signal: AbortSignal): StepInterrupted | undefined {
  if (error instanceof StepInterrupted) return error;
  if (error instanceof StepFailure || !signal.aborted) return undefined;
  return signal.reason instanceof StepInterrupted ? signal.reason : undefined;
}

function toFailure(
  error: unknown,
  interrupted: StepInterrupted | undefined,
  parts: AttemptParts,
): Omit<EntryFailure, 'final'> {
  if (interrupted !== undefined) return failureOf('transient', 'step_deadline', interrupted.message);
  if (error instanceof StepFailure) {
    return { ...failureOf(error.kind, error.code, error.message), hint: error.hint ?? null, details: error.details };
  }
  parts.unexpected(error);
  return unexpectedFailure('step_broken', parts.operation, parts.step);
}

const failureOf = (kind: EntryFailure['kind'], code: string, message: string) => ({
  kind,
  code,
  message,
  hint: null,
  details: null,
});
