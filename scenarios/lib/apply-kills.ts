import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { findDoubled } from './doubled.ts';
import { makeEyes } from './incus-eyes.ts';
import { awaitEnd, createCluster, failureOf, type Lane, startLane, takeSet, whyOf } from './kill-lane.ts';
import type { KillRow } from './kill-matrix.ts';
import { clearFault, hookOf, type KillPoint, type KillWay, queryOf, readPoints, setFault } from './kill-points.ts';
import { findRowsLeft } from './rows-left.ts';
import type { SimulatedServer } from './simulated-fleet.ts';

/** To the end; and back from the last deletion, when all else is done. */
const forward: KillWay = { name: 'apply', ends: 'finished' };
const back: KillWay = {
  name: 'apply, back from a deletion',
  ends: 'undone',
  fault: { name: 'item-delete-fails', server: '{1}', argument: 'scratch' },
};

const bridge = (name: string, address: string) => ({
  ...{ name, type: 'bridge' },
  config: { 'ipv4.address': address, 'ipv6.address': 'none' },
});
const nic = (network: string) => ({ eth0: { type: 'nic', network } });

/** One of each kind that may be made and deleted, some using others; both files have none of the other's. */
const before = {
  config: { 'user.ui.title': 'Before' },
  projects: [{ name: 'old', description: 'Goes' }],
  storage_pools: [{ name: 'scratch', driver: 'dir' }],
  networks: [bridge('oldbr0', '10.97.0.1/24')],
  profiles: [
    { name: 'default', project: 'old', devices: nic('oldbr0') },
    { name: 'disk', project: 'old', devices: { root: { type: 'disk', path: '/', pool: 'scratch' } } },
    { name: 'both', description: 'Before' },
  ],
  cluster_groups: [{ name: 'back', members: ['{1}'] }],
};
const after = {
  config: { 'user.ui.title': 'After', 'user.more': 'yes' },
  projects: [{ name: 'team' }],
  networks: [bridge('teambr0', '10.99.0.1/24')],
  profiles: [
    { name: 'web', project: 'team', devices: nic('teambr0') },
    { name: 'both', description: 'After' },
  ],
  cluster_groups: [{ name: 'front', members: ['{1}'] }],
};

type Site = { lane: Lane; set: readonly SimulatedServer[]; cluster: string };

/** Makes a cluster, and applies the first file to it. */
async function startSite(options: Parameters<typeof startLane>[1] = {}): Promise<Site> {
  const lane = await startLane(3, options);
  const site = { lane, set: takeSet(lane, 3), cluster: lane.name() };
  await createCluster(lane, site.cluster, site.set);
  await ended(site, 'finished');
  await applyWhole(site, before);
  return site;
}

async function ended({ lane, cluster }: Site, wanted: string): Promise<void> {
  const end = await awaitEnd(lane.daemons.at(-1) ?? lane.daemon, cluster);
  if (end.metadata.status !== wanted) throw new Error(whyOf(end));
}

/** Plans and begins; the file the cluster was made with, and more. */
async function begin({ lane: { daemon, files }, set, cluster }: Site, file: object): Promise<void> {
  const own = { type: 'client', name: 'my-client-cert', certificate: files.certificate.pem };
  const description = 'Client certificate for accessing the cluster';
  const seed = JSON.stringify({ ...file, certificates: [{ ...own, description }] }).replaceAll(
    '{1}',
    set[0]?.name ?? '',
  );
  const plan = await daemon.client('cluster_apply_plan', {
    params: { name: cluster },
    body: { application_seed_config: JSON.parse(seed) as Record<string, unknown>, prune: true },
  });
  if (plan.kind !== 'ok') throw new Error(JSON.stringify(plan));
  const { id, problems } = plan.metadata;
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const headers = { prefer: 'respond-async' };
  const run = await daemon.client('cluster_apply_run', { params: { name: cluster }, body: { plan: id }, headers });
  if (run.kind === 'fault') throw new Error(JSON.stringify(run));
}

async function applyWhole(site: Site, file: object): Promise<void> {
  await begin(site, file);
  await ended(site, 'finished');
}

const looks = [
  '/1.0/projects?recursion=1',
  '/1.0/networks?recursion=1',
  '/1.0/storage-pools?recursion=1',
  '/1.0/profiles?recursion=1&all-projects=true',
  '/1.0/cluster/groups?recursion=1',
  '/1.0/certificates?recursion=1',
];

/** All that the files speak of, as the cluster shows it; what was made again stands last in a list, so in order. */
async function lookAt({ lane, set }: Site): Promise<unknown[]> {
  const eyes = makeEyes(lane.daemon);
  const url = set[0]?.url ?? '';
  try {
    const { config } = await eyes.get<{ config: object }>(url, '/1.0');
    const lists = await Promise.all(looks.map((path) => eyes.get<object[]>(url, path)));
    return [config, ...lists.map((list) => list.map((one) => JSON.stringify(one)).sort())];
  } finally {
    await eyes.close();
  }
}

/** Every record that this applying writes: forward, and on the way back. */
export async function listApplyPoints(): Promise<KillPoint[]> {
  const site = await startSite();
  const { lane, set, cluster } = site;
  try {
    const points: KillPoint[] = [];
    for (const way of [back, forward]) {
      await setFault(lane.fleet, way, set);
      await begin(site, after);
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

/** Where most could go wrong: what a step did is there and its record is not. */
export const onceEachStep = (points: readonly KillPoint[]): KillPoint[] =>
  points.filter(
    ({ way, event, side }) => side === 'before' && event === (way.ends === 'undone' ? 'undone' : 'succeeded'),
  );

/** Kills a real daemon at each of these points, one of two if so asked, and looks what became of the cluster. */
export async function runApplyKills(
  options: { points: readonly KillPoint[]; daemons?: 1 | 2 },
  report: (row: KillRow) => void = () => undefined,
): Promise<KillRow[]> {
  const { points, daemons = 1 } = options;
  const site = await startSite(daemons === 2 ? { database: 'postgres', daemons, leaseSeconds: 1 } : {});
  const rows: KillRow[] = [];
  try {
    const states: States = { undone: await lookAt(site), finished: [] };
    await applyWhole(site, after);
    states.finished = await lookAt(site);
    await applyWhole(site, before);
    for (const point of points) {
      const row = await killAt(site, point, states);
      rows.push(row);
      report(row);
    }
    return rows;
  } finally {
    await site.lane.stop();
  }
}

type States = { undone: unknown[]; finished: unknown[] };

/**
 * Deletions go beside each other: one that had not begun when another failed has nothing to take back, and its point is
 * not met. Then it is tried again. Of two daemons the other one may have been quicker, which is a result.
 */
async function killAt(site: Site, point: KillPoint, states: States): Promise<KillRow> {
  for (let attempt = 1; ; attempt += 1) {
    const row = await killOnce(site, point, states);
    // The next one begins where this one did.
    if (point.way.ends === 'finished') await applyWhole(site, before);
    const isMissed = row.outcome === 'not met' && site.lane.daemons.length === 1;
    if (!isMissed || row.wrong.length > 0) return row;
    if (attempt === 5) return { ...row, wrong: [`the daemon did not meet ${hookOf(point, site.set)} in 5 tries`] };
  }
}

async function killOnce(site: Site, point: KillPoint, states: States): Promise<KillRow> {
  const { lane, set, cluster } = site;
  const { daemon, daemons, fleet } = lane;
  const heir = daemons[1] ?? daemon;
  const started = performance.now();
  await setFault(fleet, point.way, set);
  await daemon.kill();
  await daemon.restart({ OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_KILL: hookOf(point, set) });
  await fleet.clearRequests();
  // The daemon may die under this request; that is the point. While it lives, a refusal is a finding.
  const begun = begin(site, after);
  const survived = (heir === daemon ? begun : begun.catch(() => undefined))
    .then(() => awaitEnd(heir, cluster))
    .then(() => pause(2_000, 'not met'))
    // A request that is cut off fails a moment before the process has ended.
    .catch((error: unknown) => pause(2_000).then(() => Promise.reject(error)));
  // Who lost the race is heard by nobody.
  survived.catch(() => undefined);
  const met = await Promise.race([daemon.ended().then(() => 'killed'), survived]);
  if (met === 'killed') await daemon.restart();
  const end = await awaitEnd(heir, cluster);
  await clearFault(fleet, point.way, set);
  const { status } = end.metadata;
  const doubled = findDoubled(await fleet.requests());
  const left = await findRowsLeft(queryOf(daemon), cluster, 'finished');
  const wrong = [
    ...(status === point.way.ends ? [] : [`${whyOf(end)} instead of ${point.way.ends}`]),
    ...doubled.map((what) => `doubled: ${what}`),
    ...left.map((what) => `left: ${what}`),
    ...(await failureOf(async () => expectState(await lookAt(site), states[point.way.ends]))),
  ];
  const what = { way: point.way.name, point: `${point.step} ${point.event}, ${point.side} its record` };
  const seconds = (performance.now() - started) / 1000;
  const outcome = met === 'not met' ? met : status;
  return {
    members: 3,
    daemons: daemons.length,
    ...what,
    outcome,
    wrong,
    doubled: doubled.length,
    left: left.length,
    seconds,
  };
}

function expectState(found: unknown[], wanted: unknown[]): void {
  const strange = found.flatMap((one, at) => (isDeepStrictEqual(one, wanted[at]) ? [] : [looks[at - 1] ?? '/1.0']));
  if (strange.length > 0) throw new Error(`not as it must be: ${strange.join(', ')}`);
}
