import { finalFailure, type StepHistory, untouched } from '../journal.ts';
import type { Outcome, Step } from '../workflow.ts';
import type { StepGraph } from './steps.ts';

export type Direction = 'run' | 'undo';

export type Situation = {
  graph: StepGraph;
  histories: ReadonlyMap<string, StepHistory>;
  wants: 'run' | 'undo';
  forgiven: number;
  /** The steps that are being run or taken back at this moment, by key. */
  running: ReadonlyMap<string, Direction>;
};

export type Move =
  | { move: 'run' | 'undo'; steps: readonly string[] }
  /** Let what runs come to its end, waits at once, and look again. */
  | { move: 'quiet' }
  /** Nothing to do until a running step ends. */
  | { move: 'wait' }
  | { move: 'rest' }
  | { move: 'close'; outcome: Exclude<Outcome, 'left'> };

/** The next move of an operation, from nothing but its journal and its wishes. */
export function decideMove(situation: Situation): Move {
  const isBusy = situation.running.size > 0;
  if (needsAttention(situation)) return isBusy ? { move: 'quiet' } : { move: 'rest' };
  return situation.wants === 'run' ? decideForward(situation, isBusy) : decideBackward(situation, isBusy);
}

function decideForward(situation: Situation, isBusy: boolean): Move {
  const steps = readySteps(situation);
  if (steps.length > 0) return { move: 'run', steps };
  if (isBusy) return { move: 'wait' };
  return { move: 'close', outcome: 'finished' };
}

/** Taking back begins when nothing runs forward any more. */
function decideBackward(situation: Situation, isBusy: boolean): Move {
  const { graph, histories, running } = situation;
  const runsForward = [...running.values()].includes('run');
  if (runsForward) return { move: 'quiet' };
  const isClear = makeIsClear(graph, histories);
  const steps = [...graph.byKey.keys()].filter(
    (key) => !running.has(key) && mustBeUndone(graph, histories, key) && followersOf(graph, key).every(isClear),
  );
  if (steps.length > 0) return { move: 'undo', steps };
  if (isBusy) return { move: 'wait' };
  return { move: 'close', outcome: 'undone' };
}

/** Steps whose predecessors are all done and that are not done themselves. */
export function readySteps({ graph, histories, running }: Situation): string[] {
  const isDone = (key: string): boolean => ['succeeded', 'skipped'].includes(historyOf(histories, key).last ?? '');
  return [...graph.byKey]
    .filter(([key, step]) => !running.has(key) && !isDone(key) && step.after.every(isDone))
    .map(([key]) => key);
}

/** The failures a person must decide about: they stop everything, also a way back that began beside them. */
export function attentionFailures({ histories, forgiven }: Pick<Situation, 'histories' | 'forgiven'>) {
  const found: { step: string; failure: NonNullable<ReturnType<typeof finalFailure>> }[] = [];
  for (const [step, history] of histories) {
    const failure = finalFailure(history, forgiven);
    if (failure === undefined) continue;
    if (failure.undo || failure.kind === 'attention') found.push({ step, failure });
  }
  return found;
}

const needsAttention = (situation: Situation): boolean => attentionFailures(situation).length > 0;

/** Everything behind the step is taken back, or was never begun, or has nothing to be taken back. */
function makeIsClear(graph: StepGraph, histories: ReadonlyMap<string, StepHistory>): (key: string) => boolean {
  const known = new Map<string, boolean>();
  const isClear = (key: string): boolean => {
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    const clear = !mustBeUndone(graph, histories, key) && followersOf(graph, key).every(isClear);
    known.set(key, clear);
    return clear;
  };
  return isClear;
}

function mustBeUndone(graph: StepGraph, histories: ReadonlyMap<string, StepHistory>, key: string): boolean {
  const { last } = historyOf(histories, key);
  if (last === null || last === 'undone') return false;
  return undoOf(graph.byKey.get(key)) !== undefined;
}

/** How the step is taken back, or undefined if there is nothing to take back. */
export function undoOf(step: Step | undefined) {
  if (step === undefined || !('run' in step.undo)) return undefined;
  return step.undo;
}

export const historyOf = (histories: ReadonlyMap<string, StepHistory>, key: string): StepHistory =>
  histories.get(key) ?? untouched;

const followersOf = (graph: StepGraph, key: string): readonly string[] => graph.followers.get(key) ?? [];
