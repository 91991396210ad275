import { type Database, openSqlite } from '@operations-center/database';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Crash,
  type Exit,
  ExitNotPossible,
  isOpen,
  isResting,
  type OperationView,
  type Runner,
  StepFailure,
} from '../index.ts';
import {
  makeStep,
  makeTestRunner,
  makeWait,
  makeWorkflow,
  policy,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';
import type { Step } from '../workflow.ts';

type Behaviour = 'works' | 'waits' | 'transient' | 'permanent' | 'attention' | 'undo fails' | 'may be skipped';
type Shape = { behaviour: Behaviour; after: readonly number[] };
/** What happens to one operation: how its steps behave, what a person chooses, and where its program dies. */
type Fate = {
  shapes: readonly Shape[];
  choices: readonly number[];
  /** Cancelled at this event. */
  cancelAt: number;
  /** The program dies at the n-th record, and for how long. */
  crashAt: number;
  awayMs: number;
};

const behaviours = fc.constantFrom<Behaviour>(
  'works',
  'works',
  'waits',
  'transient',
  'permanent',
  'attention',
  'undo fails',
  'may be skipped',
);
const fates: fc.Arbitrary<Fate> = fc.record({
  shapes: fc.array(fc.record({ behaviour: behaviours, after: fc.array(fc.nat(5), { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 6,
  }),
  choices: fc.array(fc.nat(10), { minLength: 1, maxLength: 5 }),
  cancelAt: fc.nat(12),
  crashAt: fc.nat(12),
  awayMs: fc.constantFrom(0, 7_200_000, -600_000),
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
    const until = async () => (++looks > 2 ? { done: true as const } : { done: false as const, seen: `look ${looks}` });
    return makeWait(`s${at}`, until, names);
  }
  const run = async () => {
    if (behaviour === 'transient' || behaviour === 'permanent' || behaviour === 'attention') once(behaviour);
    if (behaviour === 'may be skipped') once('permanent');
    return {};
  };
  const undo = async (): Promise<void> => {
    if (behaviour === 'undo fails') once('permanent');
  };
  const skip = behaviour === 'may be skipped' ? { skip: 'it is done later' } : {};
  return makeStep(`s${at}`, { after: names, run, undo: { run: undo, policy }, ...skip });
}

const allExits: readonly Exit[] = ['cancel', 'retry', 'finish', 'skip', 'resume', 'undo', 'leave'];

/** Every open view says everything; a closed one nothing. */
function expectExplained(view: OperationView): void {
  const exits = view.ways_out.map(({ exit }) => exit);
  expect({ status: view.status, explained: view.waits.length > 0 }).toEqual({
    status: view.status,
    explained: isOpen(view.status),
  });
  for (const { does } of view.ways_out) expect(does).toMatch(/^[a-z].{20,}/);
  for (const wait of view.waits) {
    expect(wait.for).not.toBe('');
    expect(wait.unblocks).not.toBe('');
    expect(wait.since).toBeGreaterThan(0);
    expect(wait.observed.text).not.toBe('');
    expect(wait.observed.at).toBeGreaterThan(0);
    expect(wait.exits).toEqual(exits);
  }
  // What is taking things back can only be left, and only between two tries; what is over has nothing to choose.
  const hasChoice = exits.length > 0 && !(view.status === 'undoing' && exits.join() === 'leave');
  const isAsked = isOpen(view.status) && view.status !== 'undoing';
  expect({ status: view.status, hasChoice }).toEqual({ status: view.status, hasChoice: isAsked });
}

/** At rest, the acts that are not offered are refused, and nothing has changed by it. */
async function expectOthersRefused(runner: Runner, view: OperationView): Promise<void> {
  const offered = view.ways_out.map(({ exit }) => exit);
  for (const exit of allExits.filter((one) => !offered.includes(one))) {
    const refused: unknown = await runner[exit](view.id).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ExitNotPossible);
    expect(refused).toMatchObject({ exits: offered });
  }
  expect(await runner.view(view.id)).toEqual(view);
}

/** One operation from its submission to its end, with whatever happens on the way; every view goes to `seen`. */
async function live(database: Database<unknown>, fate: Fate, seen: (view: OperationView) => void): Promise<void> {
  const steps = fate.shapes.map(toStep);
  const died = Promise.withResolvers<'died'>();
  let nowMs = 1_800_000_000_000;
  let records = 0;
  let events = 0;
  const looks: Promise<void>[] = [];
  const makeLife = (isFirst: boolean): Runner => {
    const runner = makeTestRunner(database, [makeWorkflow(steps)], {
      clock: { nowMs: () => nowMs },
      killPoint: (step, event) => {
        if (!isFirst || ++records !== fate.crashAt) return;
        died.resolve('died');
        throw new Crash(`${step}:${event}`);
      },
    });
    runner.subscribe(({ operation }) => {
      looks.push(runner.view(operation).then((view) => view && seen(view)));
      events += 1;
      if (events === fate.cancelAt) looks.push(runner.cancel(operation).catch(expectRefusal));
    });
    return runner;
  };
  let isFirstLife = true;
  let runner = makeLife(true);
  const id = await submitTo(database, runner);
  await runner.start();
  for (let turn = 0; turn < 40; turn += 1) {
    const view = await Promise.race([
      runner.wait(id, AbortSignal.timeout(5_000)),
      ...(isFirstLife ? [died.promise] : []),
    ]);
    if (view === 'died') {
      await runner.stop({ graceMs: 0 });
      nowMs += fate.awayMs;
      isFirstLife = false;
      runner = makeLife(false);
      await runner.start();
      continue;
    }
    expect(isResting(view.status)).toBe(true);
    const rested = await atRest(runner, id, looks);
    if (rested === undefined) continue;
    seen(rested);
    await expectOthersRefused(runner, rested);
    if (!isOpen(rested.status)) {
      await runner.stop({ graceMs: 1_000 });
      return;
    }
    const exits = rested.ways_out;
    const way = exits[(fate.choices[turn % fate.choices.length] ?? 0) % exits.length];
    if (way === undefined) throw new Error(`${rested.status} has no way out`);
    await runner[way.exit](id);
  }
  throw new Error('no end after 40 choices');
}

function expectRefusal(error: unknown): void {
  if (!(error instanceof ExitNotPossible)) throw error;
}

/**
 * `wait` answers as soon as a person must choose; what ran beside may still come to its end, and a cancel that was on its
 * way may set it going again: then undefined.
 */
async function atRest(runner: Runner, id: string, looks: Promise<void>[]): Promise<OperationView | undefined> {
  for (;;) {
    while (looks.length > 0) await looks.pop();
    const view = await runner.view(id);
    if (view === undefined || !isResting(view.status)) return undefined;
    if (!isOpen(view.status) || view.ways_out.some(({ exit }) => exit === 'leave')) return view;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('an open operation always says what it waits for, since when, what was seen and what unblocks it; its exits are those that work', async () => {
  const database = await openSqlite<unknown>({ path: ':memory:', migrations: [tablesMigration] });
  const statuses = new Set<string>();
  const property = fc.asyncProperty(fates, (fate) =>
    live(database, fate, (view) => {
      statuses.add(view.status);
      expectExplained(view);
    }),
  );
  await fc.assert(property, { numRuns: 300 });
  expect([...statuses].toSorted()).toEqual([
    'finished',
    'left',
    'needs_attention',
    'paused',
    'queued',
    'running',
    'undoing',
    'undone',
  ]);
  await database.close();
}, 60_000);
