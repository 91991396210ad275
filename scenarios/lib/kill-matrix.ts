import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { findDoubled } from './doubled.ts';
import { clearFault, forward, hookOf, type KillPoint, queryOf, readPoints, setFault, waysBack } from './kill-points.ts';
import { findRowsLeft } from './rows-left.ts';
import type { SimulatedServer } from './simulated-fleet.ts';
import {
  expectNeverThere,
  expectThePage,
  type OperationFacts,
  readOperations,
  type Stage,
  standingsOf,
} from './story.ts';
import { type PageFiles, startWorld, until, type World, writePageFiles } from './world.ts';

export type KillRow = {
  members: number;
  way: string;
  point: string;
  /** How the operation ended after the restart. */
  outcome: string;
  /** Empty: as it must be. Else what was lost, doubled or left. */
  wrong: string[];
  doubled: number;
  left: number;
  seconds: number;
};

type Lane = World & Pick<Stage, 'files'> & { spare: SimulatedServer[]; name(): string };

/** Restarts of applications take 0.2 s: long enough to be seen, short enough for hundreds of points. */
const simulator = ['--key', 'p256', '--speed', '5'];

/** Every record that a creation of so many members writes: forward, and on each way back. */
export async function listKillPoints(members: number): Promise<KillPoint[]> {
  const lane = await startLane(members, 4);
  try {
    const points: KillPoint[] = [];
    for (const way of [...waysBack(members), forward]) {
      const set = takeSet(lane, members);
      await setFault(lane.fleet, way, set);
      const cluster = lane.name();
      await createCluster(lane, cluster, set);
      const { id, metadata } = await awaitEnd(lane.daemon, cluster);
      if (metadata.status !== way.ends) throw new Error(`${way.name}: without a kill it is ${metadata.status}`);
      points.push(...(await readPoints(queryOf(lane.daemon), id, way, set)));
      await clearFault(lane.fleet, way, set);
    }
    return points;
  } finally {
    await lane.stop();
  }
}

/** Kills a real daemon at each of these points, starts it again, and looks what became of the creation. */
export async function runKillMatrix(
  options: { members: number; points: readonly KillPoint[]; lanes: number },
  report: (row: KillRow) => void = () => undefined,
): Promise<KillRow[]> {
  const { members, points, lanes } = options;
  const rows: KillRow[] = [];
  const work = async (mine: readonly KillPoint[]): Promise<void> => {
    if (mine.length === 0) return;
    const finishing = mine.filter(({ way }) => way.ends === 'finished').length;
    const lane = await startLane(members, finishing + 3);
    try {
      for (const point of bySet(mine)) {
        const row = await killOnce(lane, members, point);
        rows.push(row);
        report(row);
      }
      rows.push(...(await useAgain(lane, members)));
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

/** One certificate for all lanes: it is part of the name of its step. */
let pageFiles: Promise<PageFiles> | undefined;

async function startLane(members: number, sets: number): Promise<Lane> {
  const world = await startWorld({ servers: members * sets, simulator });
  let named = 0;
  return {
    ...world,
    files: await (pageFiles ??= writePageFiles(mkdtempSync(join(tmpdir(), 'oc-page-')))),
    spare: [...world.fleet.servers],
    name: () => `k${(named += 1)}`,
  };
}

function takeSet(lane: Lane, members: number): SimulatedServer[] {
  const set = lane.spare.slice(0, members);
  if (set.length < members) throw new Error('the fleet is too small for so many points');
  return set;
}

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
  if (end.outcome !== 'undone' || end.wrong.length > 0) lane.spare.splice(0, members);
  return {
    members,
    way: point.way.name,
    point: `${point.step} ${point.event}, ${point.side} its record`,
    ...end,
    seconds: (performance.now() - started) / 1000,
  };
}

const whyOf = ({ metadata: { status, failure, waits } }: OperationFacts): string =>
  [status, failure?.message ?? '', ...waits.map((wait) => `${wait.for}: ${wait.observed?.text ?? ''}`)].join('; ');

type KillEnd = Pick<KillRow, 'outcome' | 'wrong' | 'doubled' | 'left'>;

async function killAndLook(lane: Lane, point: KillPoint, set: readonly SimulatedServer[]): Promise<KillEnd> {
  const { daemon, fleet, files } = lane;
  const stage: Stage = { daemon, servers: set, files };
  const cluster = lane.name();
  const before = await standingsOf(stage);
  const leftBefore = await findRowsLeft(queryOf(daemon), cluster, 'undone');
  const hook = hookOf(point, set);
  await daemon.kill();
  await daemon.restart({ OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_KILL: hook });
  await fleet.clearRequests();
  // The daemon dies under this request; that is the point.
  await createCluster(lane, cluster, set).catch(() => undefined);
  const survived = awaitEnd(daemon, cluster).then(whyOf);
  const died = await Promise.race([daemon.ended().then(() => true), survived.catch(() => true)]);
  if (died !== true) throw new Error(`the daemon did not meet ${hook}: the creation is ${died}`);
  await daemon.ended();
  await daemon.restart();
  const end = await awaitEnd(daemon, cluster);
  const { metadata } = end;
  const doubled = findDoubled(await fleet.requests());
  const left = (await findRowsLeft(queryOf(daemon), cluster, metadata.status)).filter(
    (row) => !leftBefore.includes(row),
  );
  const wrong = [
    ...(metadata.status === point.way.ends ? [] : [`${whyOf(end)} instead of ${point.way.ends}`]),
    ...doubled.map((what) => `doubled: ${what}`),
    ...left.map((what) => `left: ${what}`),
    ...(await failureOf(() =>
      metadata.status === 'finished' ? expectThePage(stage, cluster) : expectNeverThere(stage, cluster, before),
    )),
  ];
  return { outcome: metadata.status, wrong, doubled: doubled.length, left: left.length };
}

/** After the last kill: the servers are clustered by the same words, and nothing disturbs them. */
async function useAgain(lane: Lane, members: number): Promise<KillRow[]> {
  const set = takeSet(lane, members);
  const stage: Stage = { daemon: lane.daemon, servers: set, files: lane.files };
  const started = performance.now();
  const cluster = lane.name();
  await createCluster(lane, cluster, set);
  const { metadata } = await awaitEnd(lane.daemon, cluster);
  const wrong = await failureOf(() => expectThePage(stage, cluster));
  const seconds = (performance.now() - started) / 1000;
  const row = { members, way: 'again', point: 'none: the servers are used once more', outcome: metadata.status };
  return [{ ...row, wrong, doubled: 0, left: 0, seconds }];
}

async function failureOf(look: () => Promise<void>): Promise<string[]> {
  try {
    await look();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The two files of the user's page. */
async function createCluster(
  { daemon, files }: Pick<Stage, 'daemon' | 'files'>,
  name: string,
  set: readonly SimulatedServer[],
): Promise<void> {
  const made = await daemon.client('clusters_create', {
    headers: { prefer: 'respond-async' },
    body: {
      name,
      connection_url: set[0]?.url ?? '',
      server_type: 'incus',
      server_names: set.map((server) => server.name),
      services_config: {
        lvm: { enabled: true },
        nvme: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] },
      },
      application_seed_config: {
        config: { 'user.ui.title': 'My wonderful cluster' },
        certificates: [
          {
            type: 'client',
            name: 'my-client-cert',
            description: 'Client certificate for accessing the cluster',
            certificate: files.certificate.pem,
          },
        ],
      },
    },
  });
  if (made.kind === 'fault') throw new Error(`no creation of ${name}: ${JSON.stringify(made)}`);
}

/** The operation of this cluster, when it has come to rest. */
async function awaitEnd(daemon: Daemon, cluster: string): Promise<OperationFacts> {
  let found: OperationFacts | undefined;
  await until(
    `the operation of ${cluster} to come to rest`,
    async () => {
      const open = await readOperations(daemon, cluster);
      found = open[0];
      return ['finished', 'undone', 'left', 'needs_attention', 'paused'].includes(found?.metadata.status ?? '');
    },
    180_000,
  );
  if (found === undefined) throw new Error(`there is no operation of ${cluster}`);
  return found;
}
