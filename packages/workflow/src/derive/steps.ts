import { type Json, type Step, stepKey, type Workflow } from '../workflow.ts';

/** The steps of one plan, by key, checked. */
export type StepGraph = {
  byKey: ReadonlyMap<string, Step>;
  /** Keys of the steps that follow a step directly. */
  followers: ReadonlyMap<string, readonly string[]>;
};

/** Throws if the steps do not form an order: a key twice, an `after` that names nothing, a circle. */
export function makeStepGraph(workflow: Workflow, plan: Json): StepGraph {
  const byKey = new Map<string, Step>();
  for (const step of workflow.steps(plan)) {
    const key = stepKey(step);
    if (byKey.has(key)) throw new Error(`workflow ${workflow.name} has two steps "${key}"`);
    byKey.set(key, step);
  }
  const followers = new Map<string, string[]>([...byKey.keys()].map((key) => [key, []]));
  for (const [key, step] of byKey) {
    for (const before of step.after) {
      const list = followers.get(before);
      if (list === undefined) throw new Error(`step "${key}" comes after "${before}", which is not a step`);
      list.push(key);
    }
  }
  assertNoCircle(byKey);
  return { byKey, followers };
}

function assertNoCircle(byKey: ReadonlyMap<string, Step>): void {
  const waiting = new Map([...byKey].map(([key, step]) => [key, new Set(step.after)]));
  while (waiting.size > 0) {
    const free = [...waiting].filter(([, after]) => after.size === 0).map(([key]) => key);
    if (free.length === 0) throw new Error(`steps wait for each other: ${[...waiting.keys()].join(', ')}`);
    for (const key of free) waiting.delete(key);
    for (const after of waiting.values()) for (const key of free) after.delete(key);
  }
}
