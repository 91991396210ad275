/** The four tests of the engine's harness, and crashes in pairs, on the creation of a cluster: in one process, milliseconds a point. */
import { seededRandom } from '../../packages/simulator/src/random.ts';
import { stepKey } from '../../packages/workflow/src/index.ts';
import {
  backFrom,
  type CrashPlan,
  findPoints,
  finishes,
  finishesWhenEveryStepRunsTwice,
  forward,
  forwardAgain,
  fromTheEnd,
  makeTrials,
  type Tally,
  type Trial,
  tryAll,
  unwindTrials,
  type Way,
} from '../../packages/workflow/src/testing/index.ts';
import { type Creations, prepareCreations } from './creation-world.ts';

export type HarnessOptions = {
  members: number;
  seed: string;
  /** Crash points of each way back; all of them if not given. */
  pointsOfAWay?: number;
  /** So many of the ways forward again; all of them if not given. */
  waysAgain?: number;
  /** Pairs of crashes: one, and another while it recovers. */
  pairs: number;
  report?: (row: HarnessRow) => void;
};
export type HarnessRow = Tally & { members: number; what: string; seconds: number };

/** Worlds side by side: most of a way back is waiting for applications that restart. */
const atOnce = 20;

export async function proveCreation(options: HarnessOptions): Promise<HarnessRow[]> {
  const creations = await prepareCreations(options.members);
  try {
    return await proveAll(creations, options);
  } finally {
    creations.end();
  }
}

async function proveAll(creations: Creations, options: HarnessOptions): Promise<HarnessRow[]> {
  const { members, seed, pairs } = options;
  const make = () => creations.make();
  const random = seededRandom(`${seed} ${members}`);
  const rows: HarnessRow[] = [];
  const prove = async (what: string, trials: readonly Trial[]): Promise<void> => {
    const started = performance.now();
    const tally = await tryAll(trials, atOnce);
    const row = { members, what, ...tally, seconds: (performance.now() - started) / 1000 };
    rows.push(row);
    options.report?.(row);
  };
  const crashes = (plans: readonly CrashPlan[]): Trial[] => makeTrials(make, plans);

  await prove('it finishes', [{ name: 'forward', outcome: 'finished', run: () => finishes(make) }]);
  await prove('every step twice', [
    { name: 'twice', outcome: 'finished', run: () => finishesWhenEveryStepRunsTwice(make) },
  ]);
  await prove('each step fails, before and after it acts', await unwindTrials(make));
  const points = await findPoints(make, forward);
  await prove('a crash at every record', crashes(points.map((point) => ({ way: forward, crashes: [point] }))));
  const fromEnd = await fromTheEnd(make);
  const back = await findPoints(make, fromEnd);
  await prove('… of the way back from the end', crashes(back.map((point) => ({ way: fromEnd, crashes: [point] }))));
  const ways = await waysBack(creations);
  const found = await mapAtOnce(ways, atOnce, (way) => findPoints(make, way));
  const plans = ways.flatMap((way, index): CrashPlan[] => {
    const all = found[index] ?? [];
    return choose(random, all, options.pointsOfAWay ?? Infinity).map((point) => ({ way, crashes: [point] }));
  });
  await prove(`… of the ways back from each of ${ways.length} steps`, crashes(plans));
  const again = choose(random, await waysForwardAgain(creations), options.waysAgain ?? Infinity);
  const onTheWay = await mapAtOnce(again, atOnce, (way) => findPoints(make, way));
  await prove(
    `forward again from ${again.length} ways back that ask`,
    again.map((way) => ({ name: way.name, outcome: way.outcome, run: () => findPoints(make, way) })),
  );
  const turns = again.flatMap((way, index): CrashPlan[] => {
    const all = onTheWay[index] ?? [];
    return choose(random, all, options.pointsOfAWay ?? Infinity).map((point) => ({ way, crashes: [point] }));
  });
  await prove('… a crash at every record of them', crashes(turns));
  const twice = Array.from({ length: pairs }, (_, index): CrashPlan => {
    const way = index % 2 === 0 ? forward : fromEnd;
    const [first] = choose(random, index % 2 === 0 ? points : back, 1);
    return { way, crashes: [first ?? 1, 1 + Math.floor(random() * 12)] };
  });
  await prove('two crashes in a row', crashes(twice));
  return rows;
}

async function waysBack(creations: Creations) {
  const world = await creations.make();
  const keys = world.workflow.steps(world.plan).map(stepKey);
  await world.end();
  return keys.map(backFrom);
}

/**
 * From each step whose undo can ask while there is still a way forward: before the bootstrap nothing was put back; after
 * it, until the servers get their backups.
 */
async function waysForwardAgain(creations: Creations): Promise<Way[]> {
  const world = await creations.make();
  const steps = world.workflow.steps(world.plan);
  await world.end();
  const keys = steps.filter(({ undo }) => 'run' in undo).map(stepKey);
  const bootstrap = keys.findIndex((key) => key.startsWith('bootstrap/'));
  const beforeIt = steps.find(({ name }) => name === 'bootstrap')?.after ?? [];
  return keys.flatMap((key, index) => {
    // One that comes after it on the same server: what another server does beside it may be earlier or later.
    const later = beforeIt.find((one) => one.split('/')[1] === key.split('/')[1]) ?? beforeIt[0] ?? '';
    const failed = new Set([index < bootstrap ? later : 'first-inventory']);
    return [forwardAgain(failed, key, 'before'), ...(index === bootstrap ? [] : [forwardAgain(failed, key, 'after')])];
  });
}

function choose<T>(random: () => number, from: readonly T[], count: number): T[] {
  const left = [...from];
  return Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(Math.floor(random() * left.length), 1),
  ).flat();
}

async function mapAtOnce<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
