import { type Database, type Migration } from '@operations-center/database';
import { makeRunner } from '../run/runner.ts';
import type { ProgressEvent, Runner, RunnerParts } from '../run/runner-parts.ts';
import { operationListTables } from '../store/list-tables.ts';
import { workflowTables } from '../store/tables.ts';
import type { Json, Policy, Step, Workflow } from '../workflow.ts';

export const tablesMigration: Migration = {
  name: '0001-first',
  async up(tx, dialect) {
    await workflowTables(tx, dialect);
    await operationListTables(tx, dialect);
  },
};

export const policy: Policy = {
  name: 'test',
  attempts: 3,
  backoffMs: 1,
  backoffMaxMs: 2,
  deadlineMs: 5_000,
  everyMs: 1,
};

/** A step for tests, in one line; what is not said does nothing. */
export function makeStep(name: string, options: Partial<Extract<Step, { run: unknown }>> = {}): Step {
  return {
    name,
    about: `Do ${name}`,
    after: [],
    policy,
    undo: { none: 'nothing was done' },
    run: async () => ({}),
    ...options,
  };
}

export function makeWait(
  name: string,
  until: Extract<Step, { until: unknown }>['until'],
  after: readonly string[] = [],
): Step {
  return { name, about: `Wait for ${name}`, after, policy, undo: { none: 'a wait changes nothing' }, until };
}

export function makeWorkflow(steps: readonly Step[], options: Partial<Workflow> = {}): Workflow {
  return { name: 'test', version: 1, about: () => 'Try the engine', claims: () => [], steps: () => steps, ...options };
}

/** A runner that is the only one; ended by the test. */
export function makeTestRunner<Schema>(
  database: Database<Schema>,
  workflows: readonly Workflow[],
  options: Partial<RunnerParts<Schema>> = {},
): Runner {
  return makeRunner({
    database,
    workflows,
    clock: { nowMs: () => Date.now() },
    owner: 'test',
    exclusive: true,
    ...options,
  });
}

export const submitTo = <Schema>(database: Database<Schema>, runner: Runner, plan: Json = {}, workflow = 'test') =>
  database.write('submit', (tx) => runner.submit(tx, { workflow, plan }));

/** The next event of that kind; asked for before what causes it. */
export function nextEvent(
  runner: Runner,
  event: ProgressEvent['event'],
  step: string | null = null,
): Promise<ProgressEvent> {
  return new Promise((resolve) => {
    const end = runner.subscribe((seen) => {
      if (seen.event !== event || (step !== null && seen.step !== step)) return;
      end();
      resolve(seen);
    });
  });
}

/** Something a test opens when it wants a step to go on. */
export function makeGate(): { open(): void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: () => resolve(), passed: promise };
}
