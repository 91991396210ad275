import { setTimeout as pause } from 'node:timers/promises';
import { findDoubled } from './doubled.ts';
import { awaitEnd, createCluster, failureOf, type Lane, startLane, takeSet, whyOf } from './kill-lane.ts';
import { clearFault, forward, hookOf, type KillPoint, queryOf, readPoints, setFault, waysBack } from './kill-points.ts';
import { findRowsLeft } from './rows-left.ts';
import type { SimulatedServer } from './simulated-fleet.ts';
import { expectNeverThere, expectThePage, type Stage, standingsOf } from './story.ts';

export type KillRow = {
  members: number;
  daemons: number;
  way: string;
  point: string;
  /** How the operation ended after the kill; `not met`: nobody was killed, because the other daemon was quicker. */
  outcome: string;
  /** Empty: as it must be. Else what was lost, doubled or left. */
  wrong: string[];
  doubled: number;
  left: number;
  seconds: number;
};

export type KillOptions = {
  members: number;
  points: readonly KillPoint[];
  lanes: number;
  /** 2: on one PostgreSQL with a lease of a second; one dies, the other goes on. */
  daemons?: 1 | 2;
};

/** Every record that a creation of so many members writes: forward, and on each way back. */
export async function listKillPoints(members: number): Promise<KillPoint[]> {
  const lane = await startLane(members * 4);
  try {
    const points: KillPoint[] = [];
    for (const way of [...waysBack(members), forward]) {
      const set = takeSet(lane, members);
      await setFault(lane.fleet, way, set);
      const cluster = lane.name();
      await createCluster(lane, cluster, set);
      const end = await awaitEnd(lane.daemon, cluster);
      if (end.metadata.status !== way.ends) throw new Error(`${way.name}: without a kill: ${whyOf(end)}`);
      points.push(...(await readPoints(queryOf(lane.daemon), end.id, way, set)));
      await clearFault(lane.fleet, way, set);
    }
    return points;
  } finally {
    await lane.stop();
  }
}

/** Kills a real daemon at each of these points, starts it again, and looks what became of the creation. */
export async function runKillMatrix(
  options: KillOptions,
  report: (row: KillRow) => void = () => undefined,
): Promise<KillRow[]> {
  const { members, points, lanes, daemons = 1 } = options;
  const rows: KillRow[] = [];
  const work = async (mine: readonly KillPoint[]): Promise<void> => {
    if (mine.length === 0) return;
    const finishing = mine.filter(({ way }) => way.ends === 'finished').length;
    const several = daemons === 2 ? ({ database: 'postgres', daemons, leaseSeconds: 1 } as const) : {};
    const lane = await startLane(members * (finishing + 6), several);
    try {
      for (const point of bySet(mine)) {
        const row = await killOnce(lane, members, point);
        rows.push(row);
        report(row);
      }
      rows.push(await useAgain(lane, members));
    } finally {
      await lane.stop();
    }
  };
  await Promise.all(
    Array.from({ length: lanes }, (_, lane) => work(points.filter((_point, at) => at % lanes === lane))),
  );
  return rows;
}

/** What is taken back first: the same servers again and again, which is the proof that they are reusable. */
const bySet = (points: readonly KillPoint[]): KillPoint[] => [
  ...points.filter(({ way }) => way.ends === 'undone'),
  ...points.filter(({ way }) => way.ends === 'finished'),
];

async function killOnce(lane: Lane, members: number, point: KillPoint): Promise<KillRow> {
  const started = performance.now();
  const set = takeSet(lane, members);
  await setFault(lane.fleet, point.way, set);
  const end = await killAndLook(lane, point, set).catch(
    (error: unknown): KillEnd => ({
      outcome: 'lost',
      wrong: [error instanceof Error ? error.message : String(error)],
      doubled: 0,
      left: 0,
    }),
  );
  await clearFault(lane.fleet, point.way, set);
  // What stands, or is broken, is not used again.
  const isAsBefore = end.wrong.length === 0 && point.way.ends === 'undone';
  if (!isAsBefore) lane.spare.splice(0, members);
  return {
    members,
    daemons: lane.daemons.length,
    way: point.way.name,
    point: `${point.step} ${point.event}, ${point.side} its record`,
    ...end,
    seconds: (performance.now() - started) / 1000,
  };
}

type KillEnd = Pick<KillRow, 'outcome' | 'wrong' | 'doubled' | 'left'>;

async function killAndLook(lane: Lane, point: KillPoint, set: readonly SimulatedServer[]): Promise<KillEnd> {
  const { daemon, daemons, fleet, files } = lane;
  const heir = daemons[1] ?? daemon;
  const stage: Stage = { daemon: heir, servers: set, files };
  const cluster = lane.name();
  const query = queryOf(daemon);
  const before = await standingsOf(stage);
  const leftBefore = await findRowsLeft(query, cluster, 'undone');
  const hook = hookOf(point, set);
  await daemon.kill();
  await daemon.restart({ OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_KILL: hook });
  await fleet.clearRequests();
  // The daemon may die under this request; that is the point. While it lives, a refusal is a finding.
  const refused = createCluster(lane, cluster, set).then(
    () => undefined,
    (error: unknown) => error,
  );
  const survived = refused
    .then((refusal) => (refusal === undefined || daemon !== heir ? awaitEnd(daemon, cluster) : Promise.reject(refusal)))
    .then(whyOf, (error: unknown) => (error instanceof Error ? error.message : String(error)));
  const survivor = await Promise.race([
    daemon.ended().then(() => undefined),
    // A request that is cut off fails a moment before the process has ended.
    survived.then((why) => pause(2_000, why)),
  ]);
  if (survivor !== undefined && heir === daemon) throw new Error(`the daemon did not meet ${hook}: ${survivor}`);
  if (heir === daemon) await daemon.restart();
  const end = await awaitEnd(heir, cluster);
  const { status } = end.metadata;
  const doubled = findDoubled(await fleet.requests());
  const left = (await findRowsLeft(query, cluster, status)).filter((row) => !leftBefore.includes(row));
  const wrong = [
    ...(status === point.way.ends ? [] : [`${whyOf(end)} instead of ${point.way.ends}`]),
    ...doubled.map((what) => `doubled: ${what}`),
    ...left.map((what) => `left: ${what}`),
    ...(await failureOf(() =>
      status === 'finished' ? expectThePage(stage, cluster) : expectNeverThere(stage, cluster, before),
    )),
  ];
  return { outcome: survivor === undefined ? status : 'not met', wrong, doubled: doubled.length, left: left.length };
}

/** After the last kill: the servers are clustered by the same words, and nothing disturbs them. */
async function useAgain(lane: Lane, members: number): Promise<KillRow> {
  const daemon = lane.daemons.at(-1) ?? lane.daemon;
  const stage: Stage = { daemon, servers: takeSet(lane, members), files: lane.files };
  const started = performance.now();
  const cluster = lane.name();
  await createCluster(stage, cluster, takeSet(lane, members));
  const { metadata } = await awaitEnd(daemon, cluster);
  const wrong = await failureOf(() => expectThePage(stage, cluster));
  const seconds = (performance.now() - started) / 1000;
  const what = { way: 'again', point: 'none: the servers are used once more', outcome: metadata.status };
  return { members, daemons: lane.daemons.length, ...what, wrong, doubled: 0, left: 0, seconds };
}
