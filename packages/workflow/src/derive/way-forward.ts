import type { StepHistory } from '../journal.ts';
import { historyOf, undoOf } from './next-move.ts';
import type { Reading } from './reading.ts';
import type { StepGraph } from './steps.ts';

/** Why an operation that goes back cannot go forward again; undefined: it can. */
export function findNoReturn({ graph, histories }: Pick<Reading, 'graph' | 'histories'>): string | undefined {
  return [...histories]
    .filter(([, { last }]) => last === 'undone')
    .map(([key]) => undoOf(graph?.byKey.get(key))?.noReturn)
    .find((reason) => reason !== undefined);
}

/**
 * The steps that count as not done when the operation goes forward again: those that were taken back, or began to be, or
 * never came to their end; and all that follow one of them, for what they did may have gone with it.
 */
export function stepsToReopen({ graph, histories }: Pick<Reading, 'graph' | 'histories'>): string[] {
  if (graph === undefined) return [];
  const isDone = makeIsDone(graph, histories);
  return [...graph.byKey.keys()].filter((key) => historyOf(histories, key).last !== null && !isDone(key));
}

function makeIsDone(graph: StepGraph, histories: ReadonlyMap<string, StepHistory>): (key: string) => boolean {
  const known = new Map<string, boolean>();
  const isDone = (key: string): boolean => {
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    const { last } = historyOf(histories, key);
    const stands = last === 'succeeded' || last === 'skipped';
    const done = stands && (graph.byKey.get(key)?.after ?? []).every(isDone);
    known.set(key, done);
    return done;
  };
  return isDone;
}
