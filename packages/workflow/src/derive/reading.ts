import { addEntry, type Entry, type StepHistory, untouched } from '../journal.ts';
import type { Failure, OperationStatus } from '../operation.ts';
import { type OperationRow, parseOwn } from '../operation-rows.ts';
import type { Json, Workflow } from '../workflow.ts';
import { attentionFailures } from './next-move.ts';
import { makeStepGraph, type StepGraph } from './steps.ts';

/** The workflows a program knows, every version it can still bring to an end. */
export type KnownWorkflows = ReadonlyMap<string, Workflow>;

export const workflowKey = (name: string, version: number): string => `${name}@${version}`;

/** What a row and its journal amount to, with the workflow they belong to. */
export type Reading = {
  row: OperationRow;
  workflow: Workflow | undefined;
  plan: Json;
  graph: StepGraph | undefined;
  histories: Map<string, StepHistory>;
  /** Why this program cannot go on with it: a person must choose, nothing is guessed. */
  problem: Failure | null;
  /** What was thrown behind it, for the log. */
  cause?: unknown;
};

export function readOperation(known: KnownWorkflows, row: OperationRow, entries: readonly Entry[]): Reading {
  const plan = parseOwn<Json>(row.plan);
  const histories = new Map<string, StepHistory>();
  for (const entry of entries) histories.set(entry.step, addEntry(histories.get(entry.step) ?? untouched, entry));
  const workflow = known.get(workflowKey(row.workflow, row.version));
  const reading = { row, workflow, plan, histories };
  if (workflow === undefined) {
    const message = `this program does not know workflow "${row.workflow}" version ${row.version}`;
    return { ...reading, graph: undefined, problem: problemOf('', 'unknown_workflow', message) };
  }
  try {
    const graph = makeStepGraph(workflow, plan);
    const stranger = [...histories.keys()].find((key) => !graph.byKey.has(key));
    const message = `its journal has the step "${stranger}", which workflow "${row.workflow}" version ${row.version} does not`;
    return { ...reading, graph, problem: stranger === undefined ? null : problemOf(stranger, 'unknown_step', message) };
  } catch (cause) {
    const message = `workflow "${row.workflow}" cannot make steps of its plan; the log of the daemon has the cause`;
    return { ...reading, graph: undefined, problem: problemOf('', 'workflow_broken', message), cause };
  }
}

const problemOf = (step: string, code: string, message: string): Failure => ({
  step,
  target: null,
  code,
  message,
  hint: 'Start a program that knows it, or leave things as they stand.',
  details: null,
});

export function deriveStatus({ row, problem, histories }: Reading): OperationStatus {
  if (row.outcome !== null) return row.outcome;
  if (problem !== null) return 'needs_attention';
  if (row.paused !== null) return 'paused';
  if (attentionFailures({ histories, forgiven: row.forgiven }).length > 0) return 'needs_attention';
  if (row.wants === 'undo') return 'undoing';
  return histories.size === 0 && row.holder === null ? 'queued' : 'running';
}
