import { addEntry, type Entry, finalFailure, type StepHistory, stateOf, untouched } from './journal.ts';
import { attentionFailures, historyOf } from './next-move.ts';
import type { Exit, Failure, OperationStatus, OperationView, StepView } from './operation.ts';
import { type Observed, type OperationRow, parseOwn } from './operation-rows.ts';
import { makeStepGraph, type StepGraph } from './steps.ts';
import { describeWaits } from './waits.ts';
import { type Json, type Step, stepKey, type Workflow } from './workflow.ts';

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
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ...reading, graph: undefined, problem: problemOf('', 'workflow_broken', message) };
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

/** The ways out an operation has now. */
export function deriveExits(reading: Reading, status: OperationStatus): readonly Exit[] {
  switch (status) {
    case 'queued':
    case 'running':
      return ['cancel'];
    case 'paused':
      return reading.row.wants === 'undo' ? ['resume', 'leave'] : ['resume', 'cancel', 'leave'];
    case 'needs_attention':
      if (reading.problem !== null) return ['leave'];
      return reading.row.wants === 'undo' ? ['retry', 'leave'] : ['retry', 'undo', 'leave'];
    case 'undoing':
    case 'finished':
    case 'undone':
    case 'left':
      return [];
  }
}

/** What a person or program sees. `live`: what the runner of this process saw since the last renewed lease. */
export function toView(reading: Reading, live?: Observed): OperationView {
  const { row } = reading;
  const status = deriveStatus(reading);
  const observed = { ...(row.observed === null ? {} : parseOwn<Observed>(row.observed)), ...live };
  const steps = stepViews(reading);
  const exits = deriveExits(reading, status);
  return {
    id: row.id,
    workflow: row.workflow,
    version: row.version,
    about: row.about,
    status,
    claims: parseOwn<string[]>(row.claims),
    requested_by: row.requested_by,
    created_at: row.created_at,
    updated_at: row.updated_at,
    steps,
    waits: describeWaits({ reading, status, steps, observed, exits }),
    failure: findFailure(reading),
    warnings: [...reading.histories].flatMap(([step, { warnings }]) =>
      warnings.map((warning) => ({ step, ...warning })),
    ),
  };
}

function stepViews({ graph, histories, row }: Reading): StepView[] {
  if (graph !== undefined)
    return [...graph.byKey.values()].map((step) => stepView(step, historyOf(histories, stepKey(step)), row));
  return [...histories].map(([key, history]) => stepView(strangeStep(key), history, row));
}

const strangeStep = (key: string): Pick<Step, 'name' | 'target' | 'about'> => {
  const slash = key.indexOf('/');
  return slash < 0
    ? { name: key, about: key }
    : { name: key.slice(0, slash), target: key.slice(slash + 1), about: key };
};

const stepView = (
  step: Pick<Step, 'name' | 'target' | 'about'>,
  history: StepHistory,
  row: OperationRow,
): StepView => ({
  key: stepKey(step.target === undefined ? { name: step.name } : { name: step.name, target: step.target }),
  name: step.name,
  target: step.target ?? null,
  about: step.about,
  state: stateOf(history, row.forgiven),
  attempt: history.attempt,
  started_at: history.startedAt,
  ended_at: history.endedAt,
  already: history.already,
});

/** The failure that decides: one that needs a person, else the first that made the operation turn back. */
function findFailure({ problem, histories, row, graph }: Reading): Failure | null {
  if (problem !== null) return problem;
  const [attention] = attentionFailures({ histories, forgiven: row.forgiven });
  if (attention !== undefined) return toFailure(attention.step, attention.failure, graph);
  if (row.wants !== 'undo') return null;
  const turned = [...histories]
    .flatMap(([step, { failures }]) =>
      failures.filter(({ final, undo }) => final && !undo).map((failure) => ({ step, failure })),
    )
    .sort((a, b) => a.failure.seq - b.failure.seq)[0];
  return turned === undefined ? null : toFailure(turned.step, turned.failure, graph);
}

const toFailure = (
  key: string,
  failure: NonNullable<ReturnType<typeof finalFailure>>,
  graph: StepGraph | undefined,
): Failure => ({
  step: graph?.byKey.get(key)?.name ?? key,
  target: graph?.byKey.get(key)?.target ?? null,
  code: failure.code,
  message: failure.message,
  hint: failure.hint,
  details: failure.details,
});
