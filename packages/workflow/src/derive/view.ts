import { type finalFailure, type StepHistory, stateOf } from '../journal.ts';
import type { Failure, OperationView, StepState, StepView } from '../operation.ts';
import { type Observed, type OperationRow, parseOwn } from '../operation-rows.ts';
import { type Step, stepKey } from '../workflow.ts';
import { attentionFailures, historyOf, undoOf } from './next-move.ts';
import { deriveStatus, type Reading } from './reading.ts';
import type { StepGraph } from './steps.ts';
import { describeWaits } from './waits.ts';
import { deriveExits, describeWaysOut } from './ways-out.ts';

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
    direction: row.wants === 'undo' ? 'back' : 'forward',
    ways_out: describeWaysOut(reading, exits),
    ...findFailures(reading),
    warnings: [...reading.histories].flatMap(([step, { warnings }]) =>
      warnings.map((warning) => ({ step, ...warning })),
    ),
  };
}

function stepViews({ graph, histories, row }: Reading): StepView[] {
  if (graph !== undefined) {
    const isBack = goesBack(row, histories);
    return [...graph.byKey.values()].map((step) => {
      const view = stepView(step, historyOf(histories, stepKey(step)), row);
      const state = stateAfterAll(view.state, row, isBack, undoOf(step) === undefined);
      return state === view.state ? view : { ...view, state, ...timesAfterAll(state, view, row) };
    });
  }
  return [...histories].map(([key, history]) => stepView(strangeStep(key), history, row));
}

/** Taking back begins when nothing runs forward any more. */
const goesBack = ({ wants }: OperationRow, histories: Reading['histories']): boolean =>
  wants === 'undo' &&
  [...histories.values()].some(({ last }) => last !== null && ['undo_started', 'undone', 'undo_failed'].includes(last));

/** What the journal of one step cannot know: that the whole went back, or is over, and it no longer runs. */
function stateAfterAll(state: StepState, { outcome }: OperationRow, isBack: boolean, isFree: boolean): StepState {
  const isCutShort = state === 'running' && (isBack || outcome !== null);
  if ((outcome === 'undone' || isCutShort) && isFree && (state === 'running' || state === 'succeeded')) return 'undone';
  if (isCutShort) return 'failed';
  return state === 'undoing' && outcome !== null ? 'undo_failed' : state;
}

/** Of a step that has nothing to take back: it went back when all did, and there was nothing to begin. */
function timesAfterAll(
  state: StepState,
  { ended_at }: StepView,
  { outcome, updated_at }: OperationRow,
): Partial<StepView> {
  if (state === 'undone') return { started_at: null, ended_at: outcome === null ? null : updated_at };
  return { ended_at: ended_at ?? (outcome === null ? null : updated_at) };
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
  state: stateOf(history, row),
  attempt: history.attempt,
  started_at: history.startedAt,
  ended_at: history.endedAt,
  already: history.already,
});

type Failures = Pick<OperationView, 'failure' | 'first_failure'>;

/** The failure that decides: one that needs a person, else the first that made the operation turn back. */
function findFailures(reading: Reading): Failures {
  const { problem, histories, row, graph } = reading;
  const turned = findTurn(reading);
  const first = turned === undefined ? null : toFailure(turned.step, turned.failure, graph);
  if (problem !== null) return { failure: problem, first_failure: first };
  const [attention] = attentionFailures({ histories, forgiven: row.forgiven });
  if (attention === undefined) return { failure: first, first_failure: null };
  const isFirst = attention.failure.seq === turned?.failure.seq;
  return { failure: toFailure(attention.step, attention.failure, graph), first_failure: isFirst ? null : first };
}

/** What made it turn back, if a step did and no person. */
function findTurn({ histories, row }: Reading) {
  if (row.wants !== 'undo') return undefined;
  return [...histories]
    .filter(([, { skipped }]) => !skipped)
    .flatMap(([step, { failures }]) =>
      failures.filter(({ final, undo }) => final && !undo).map((failure) => ({ step, failure })),
    )
    .sort((a, b) => a.failure.seq - b.failure.seq)[0];
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
