import type { OperationView } from '@operations-center/workflow';

type Run = {
  steps: readonly Pick<OperationView['steps'][number], 'name' | 'state' | 'already' | 'started_at' | 'ended_at'>[];
};

/** The median of how long each step took, by its name; a step that had nothing to do says nothing. */
export function medianDurations(runs: readonly Run[]): Record<string, number> {
  const byName = new Map<string, number[]>();
  for (const { name, state, already, started_at, ended_at } of runs.flatMap(({ steps }) => steps)) {
    if (state !== 'succeeded' || already || started_at === null || ended_at === null) continue;
    byName.set(name, [...(byName.get(name) ?? []), Math.max(0, ended_at - started_at)]);
  }
  return Object.fromEntries([...byName].map(([name, all]) => [name, medianOf(all)]));
}

function medianOf(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}
