import { openSqlite } from '@operations-center/database';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpen, type OperationView, type Runner, StepFailure } from './index.ts';
import type { Exit } from './operation.ts';
import {
  makeStep,
  makeTestRunner,
  makeWait,
  makeWorkflow,
  policy,
  submitTo,
  tablesMigration,
} from './testing/small-workflows.ts';
import type { Step } from './workflow.ts';

type Behaviour = 'works' | 'waits' | 'transient' | 'permanent' | 'attention' | 'undo fails';
type Shape = { behaviour: Behaviour; after: readonly number[] };

const behaviours = fc.constantFrom<Behaviour>(
  'works',
  'works',
  'waits',
  'transient',
  'permanent',
  'attention',
  'undo fails',
);
const shapes = fc.array(fc.record({ behaviour: behaviours, after: fc.array(fc.nat(5), { maxLength: 2 }) }), {
  minLength: 1,
  maxLength: 6,
});

/** Every bad thing happens once: after a retry the step works, so that each operation can come to an end. */
function toStep({ behaviour, after }: Shape, at: number): Step {
  let isMended = false;
  const once = (kind: 'transient' | 'permanent' | 'attention'): void => {
    if (isMended) return;
    isMended = true;
    throw new StepFailure(kind, 'on_purpose', `step ${at} fails`);
  };
  const names = [...new Set(after.filter((index) => index < at).map((index) => `s${index}`))];
  if (behaviour === 'waits') {
    let looks = 0;
    return makeWait(
      `s${at}`,
      async () => (++looks > 2 ? { done: true } : { done: false, seen: `look ${looks}` }),
      names,
    );
  }
  const run = async () => {
    if (behaviour === 'transient' || behaviour === 'permanent' || behaviour === 'attention') once(behaviour);
    return {};
  };
  const undo = async (): Promise<void> => {
    if (behaviour === 'undo fails') once('permanent');
  };
  return makeStep(`s${at}`, { after: names, run, undo: { run: undo, policy } });
}

/** Chooses exits until the operation has ended; every view on the way goes to `seen`. */
async function bringToAnEnd(
  runner: Runner,
  id: string,
  choices: readonly number[],
  seen: (view: OperationView) => void,
): Promise<OperationView> {
  for (let turn = 0; turn < 40; turn += 1) {
    const view = await runner.wait(id, AbortSignal.timeout(5_000));
    seen(view);
    if (!isOpen(view.status)) return view;
    const exits = view.waits[0]?.exits ?? [];
    const exit = exits[(choices[turn % choices.length] ?? 0) % exits.length];
    if (exit === undefined) throw new Error(`${view.status} has no way out`);
    await runner[exit satisfies Exit](id);
  }
  throw new Error('no end after 40 choices');
}

test('an open operation always says what it waits for, since when, and what unblocks it; every one can be ended', async () => {
  const database = await openSqlite<unknown>({ path: ':memory:', migrations: [tablesMigration] });
  const statuses = new Set<string>();
  const seen = (view: OperationView): void => {
    statuses.add(view.status);
    expect({ status: view.status, explained: view.waits.length > 0 }).toEqual({
      status: view.status,
      explained: isOpen(view.status),
    });
    for (const wait of view.waits) {
      expect(wait.for).not.toBe('');
      expect(wait.unblocks).not.toBe('');
      expect(wait.since).toBeGreaterThan(0);
    }
  };
  const property = fc.asyncProperty(
    shapes,
    fc.array(fc.nat(10), { minLength: 1, maxLength: 5 }),
    fc.nat(12),
    async (list, choices, cancelAt) => {
      const steps = list.map(toStep);
      const runner = makeTestRunner(database, [makeWorkflow(steps)]);
      const looks: Promise<void>[] = [];
      let events = 0;
      runner.subscribe((event) => {
        looks.push(runner.view(event.operation).then((view) => view && seen(view)));
        events += 1;
        if (events === cancelAt) looks.push(runner.cancel(event.operation).catch(() => {}));
      });
      const id = await submitTo(database, runner);
      await runner.start();
      await bringToAnEnd(runner, id, choices, seen);
      await Promise.all(looks);
      await runner.stop({ graceMs: 1_000 });
    },
  );
  await fc.assert(property, { numRuns: 150 });
  expect([...statuses].toSorted()).toEqual([
    'finished',
    'left',
    'needs_attention',
    'queued',
    'running',
    'undoing',
    'undone',
  ]);
  await database.close();
}, 60_000);
