import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findDoubled } from './doubled.ts';
import { createCluster, failureOf, type Lane, startLane, takeSet, whyOf } from './kill-lane.ts';
import { clearFault, forward, hookOf, type KillPoint, type KillWay, named, queryOf, setFault } from './kill-points.ts';
import { findRowsLeft } from './rows-left.ts';
import type { SimulatedServer } from './simulated-fleet.ts';
import { mountSmallDisk, type SmallDisk, smallDiskObstacle } from './small-disk.ts';
import { makeStorm, type Storm } from './storm.ts';
import {
  expectNeverThere,
  expectThePage,
  type OperationFacts,
  readOperations,
  type Stage,
  standingsOf,
} from './story.ts';
import { awaitReady } from './world.ts';

export type StormRow = {
  seed: number;
  /** `finished`; `undone`; `refused`: nothing was begun; or `lost`. */
  outcome: string;
  kills: number;
  mishaps: number;
  powerCuts: number;
  fullDisks: number;
  /** How often it stood paused and was resumed; and what was chosen where it asked. */
  resumed: number;
  choices: string[];
  doubled: number;
  left: number;
  wrong: string[];
  seconds: number;
};

type Sky = { lane: Lane; disk: SmallDisk | undefined; setClock(offsetMs: number): void };
type Weather = {
  sky: Sky;
  storm: Storm;
  way: KillWay;
  set: readonly SimulatedServer[];
  cluster: string;
  row: StormRow;
};

const members = 3;
const limitMs = 240_000;
const diskMegabytes = 48;
/** How long a disk stays full, and a server without power. */
const outageMs = 1_500;

/** Creations by real daemons under seeded storms: kills, mishaps of calls, power cuts, a full disk, clocks that jump. */
export async function runStorms(
  options: { seeds: readonly number[]; points: readonly KillPoint[]; lanes: number },
  report: (row: StormRow) => void = () => undefined,
): Promise<StormRow[]> {
  const { lanes, seeds, points } = options;
  const rows: StormRow[] = [];
  const work = async (mine: readonly number[]): Promise<void> => {
    if (mine.length === 0) return;
    const sky = await openSky(mine.length);
    try {
      for (const seed of mine) {
        const row = await weather(sky, makeStorm(seed, points));
        rows.push(row);
        report(row);
      }
    } finally {
      await sky.lane.stop();
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(seeds.filter((_seed, at) => at % lanes === lane))));
  return rows.sort((a, b) => a.seed - b.seed);
}

/** A lane whose daemon lives by a clock file, and on a small disk where one can be mounted. */
async function openSky(creations: number): Promise<Sky> {
  let disk: SmallDisk | undefined;
  let clock = '';
  const setClock = (offset_ms: number): void => writeFileSync(clock, JSON.stringify({ rate: 1, offset_ms }));
  const environment: NodeJS.ProcessEnv = { OPERATIONS_CENTER_TEST: '1' };
  const prepare = (directory: string): void => {
    clock = join(directory, 'clock.json');
    setClock(0);
    environment['OPERATIONS_CENTER_TEST_CLOCK'] = clock;
    if (smallDiskObstacle() === undefined) disk = mountSmallDisk(join(directory, 'daemon'), diskMegabytes);
  };
  const lane = await startLane(members * (creations + 1), { environment, prepare, cleanUp: () => disk?.unmount() });
  return { lane, disk, setClock };
}

async function weather(sky: Sky, storm: Storm): Promise<StormRow> {
  const { lane } = sky;
  const started = performance.now();
  const row: StormRow = {
    seed: storm.seed,
    outcome: 'lost',
    kills: 0,
    mishaps: 0,
    powerCuts: 0,
    fullDisks: 0,
    resumed: 0,
    choices: [],
    doubled: 0,
    left: 0,
    wrong: [],
    seconds: 0,
  };
  const set = takeSet(lane, members);
  const way: KillWay = { ...forward, ...(storm.fault === undefined ? {} : { fault: storm.fault }) };
  row.wrong.push(...(await failureOf(() => endure({ sky, storm, way, set, cluster: lane.name(), row }))));
  await clearFault(lane.fleet, way, set).catch(() => undefined);
  const isAsBefore = row.wrong.length === 0 && row.outcome !== 'finished';
  if (!isAsBefore) lane.spare.splice(0, members);
  return { ...row, seconds: (performance.now() - started) / 1000 };
}

async function endure(now: Weather): Promise<void> {
  const { sky, storm, way, set, cluster, row } = now;
  const { daemon, fleet, files } = sky.lane;
  const stage: Stage = { daemon, servers: set, files };
  const query = queryOf(daemon);
  const before = await standingsOf(stage);
  const leftBefore = await findRowsLeft(query, cluster, 'undone');
  const [first, ...kills] = storm.kills;
  await daemon.kill();
  sky.setClock(0);
  await daemon.restart(killAt(first, set));
  await awaitReady(
    daemon,
    set.map(({ name }) => name),
  );
  await setFault(fleet, way, set);
  await fleet.clearRequests();
  await fleet.setMishaps(
    storm.mishaps.map((mishap) => ({ ...mishap, server: named(mishap.server, set), path: named(mishap.path, set) })),
  );
  const refusal = await createCluster(sky.lane, cluster, set).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const end = await ride(now, kills, refusal);
  row.outcome = end?.metadata.status ?? 'refused';
  if (end === undefined) row.choices.push(`refused: ${refusal ?? ''}`.slice(0, 160));
  row.mishaps = (await fleet.metMishaps()).length;
  await fleet.setMishaps([]);
  await calmDown(now);
  // A power cut ends a join or bootstrap that runs: sent again, it finds nothing of the first (Incus refuses it else).
  const cutShort = storm.powerCut === undefined ? '' : `${named(storm.powerCut.server, set)} is clustered`;
  const doubled = findDoubled(await fleet.requests()).filter((what) => what !== cutShort);
  const left = (await findRowsLeft(query, cluster, row.outcome)).filter((what) => !leftBefore.includes(what));
  row.doubled = doubled.length;
  row.left = left.length;
  row.wrong.push(...doubled.map((what) => `doubled: ${what}`), ...left.map((what) => `left: ${what}`));
  // What a full disk kept out of the inventory is read by the next scan: it is asked for, as the warning says.
  if (end?.metadata.warnings.some(({ code }) => code === 'inventory_incomplete') === true)
    await daemon.client('cluster_resync_inventory', { params: { name: cluster } });
  if (row.outcome === 'finished') await expectThePage(stage, cluster);
  else await expectNeverThere(stage, cluster, before);
}

/** Faults end: the disk has room again, and every server has power and is seen. */
async function calmDown({ sky, storm, set }: Weather): Promise<void> {
  sky.disk?.clear();
  if (storm.powerCut !== undefined) await sky.lane.fleet.press(named(storm.powerCut.server, set), 'start');
  await awaitReady(
    sky.lane.daemon,
    set.map(({ name }) => name),
  );
}

const killAt = (point: KillPoint | undefined, set: readonly SimulatedServer[]): NodeJS.ProcessEnv =>
  point === undefined ? {} : { OPERATIONS_CENTER_TEST_KILL: hookOf(point, set) };

/** Does what a person would until it is over: starts the daemon again, resumes, mends and chooses. Undefined: never begun. */
async function ride(now: Weather, kills: KillPoint[], refusal: unknown): Promise<OperationFacts | undefined> {
  const { sky, storm, set, cluster, row } = now;
  const { daemon } = sky.lane;
  const giveUpAt = performance.now() + limitMs;
  let isDead = false;
  const watch = (): void => {
    isDead = false;
    void daemon.ended().then(() => {
      isDead = true;
    });
  };
  watch();
  for (let seen: OperationFacts | undefined; performance.now() < giveUpAt; await pause(40)) {
    if (isDead) {
      sky.disk?.clear();
      row.kills += 1;
      sky.setClock(storm.jumps.slice(0, row.kills).reduce((sum, jump) => sum + jump, 0));
      const kill = kills.shift();
      await daemon.restart(killAt(kill, set)).catch((error: unknown) => {
        // With work to take up, it may come to its next end before it answers anybody.
        if (kill === undefined) throw error;
      });
      watch();
    }
    const known = await readOperations(daemon, cluster).catch(() => undefined);
    // A daemon that has just died may be noticed later than its silence: only one that answers knows of none.
    if (known === undefined) continue;
    seen = known[0] ?? seen;
    if (seen === undefined && refusal !== undefined) return undefined;
    if (seen === undefined) continue;
    await strike(now, seen.id);
    const { status } = seen.metadata;
    if (status === 'finished' || status === 'undone') {
      // It may have been told to die just after this very record: then it never answers again.
      const isAlive = await readOperations(daemon, cluster).then(
        () => true,
        () => false,
      );
      if (isAlive) return seen;
    }
    if (status === 'paused' && (await act(now, seen.id, 'resume'))) row.resumed += 1;
    if (status === 'needs_attention') await choose(now, seen);
  }
  const [last] = await readOperations(daemon, cluster);
  throw new Error(`not at an end after ${limitMs / 1000} s: ${last === undefined ? 'no operation' : whyOf(last)}`);
}

/** What falls due as the journal grows. */
async function strike({ sky, storm, set, row }: Weather, operation: string): Promise<void> {
  const { daemon, fleet } = sky.lane;
  const [count] = await queryOf(daemon)<{ n: number }>(
    `select count(*) as n from operation_steps where operation = '${operation}'`,
  );
  const records = count?.n ?? 0;
  const { powerCut, fullDisk } = storm;
  if (powerCut !== undefined && row.powerCuts === 0 && records >= powerCut.atRecord) {
    row.powerCuts += 1;
    const server = named(powerCut.server, set);
    await fleet.press(server, 'kill');
    const giveBack = (): Promise<void> =>
      fleet.press(server, 'start').catch((error: unknown) => void row.wrong.push(`no power again: ${String(error)}`));
    setTimeout(() => void giveBack(), outageMs);
  }
  if (fullDisk !== undefined && sky.disk !== undefined && row.fullDisks === 0 && records >= fullDisk.atRecord) {
    row.fullDisks += 1;
    sky.disk.fill();
    setTimeout(() => sky.disk?.clear(), outageMs);
  }
}

async function choose(now: Weather, { id, metadata }: OperationFacts): Promise<void> {
  const { sky, storm, way, set, row } = now;
  // Not even a person asks a server again and again that is without power.
  if (row.choices.length > 0) await pause(outageMs / 2);
  await clearFault(sky.lane.fleet, way, set).catch(() => undefined);
  const wish = storm.choices[row.choices.length];
  if (wish === undefined) throw new Error(`it asks for ever: ${metadata.failure?.message ?? ''}`);
  const exit = (await act(now, id, wish)) ? wish : (await act(now, id, 'retry')) ? 'retry' : undefined;
  if (exit !== undefined) row.choices.push(`${exit} (${metadata.failure?.step ?? ''})`);
}

/** False if there is no such way out now, or nobody to be told. */
async function act({ sky }: Weather, id: string, exit: 'resume' | 'retry' | 'undo'): Promise<boolean> {
  const path = `/1.0/operations/${id}/:${exit}`;
  const ask = { method: 'POST', path, headers: {}, body: undefined, signal: undefined } as const;
  const reply = await sky.lane.daemon.send(ask).catch(() => undefined);
  return reply?.status === 200;
}
