import { setTimeout as pause } from 'node:timers/promises';
import type { Daemon } from './daemon.ts';
import { findDoubled } from './doubled.ts';
import { makeEyes } from './incus-eyes.ts';
import type { SimulatedServer } from './simulated-fleet.ts';
import { type OperationFacts, readOperations } from './story.ts';
import { until, type World } from './world.ts';

/** Where the daemon kills itself: a step of a creation from servers 1, 2 and 3 of a trio, and the record it is at. */
export type KillPoint = { step: string; event: 'started' | 'succeeded'; side: 'before' | 'after' };

export type KillRow = {
  point: string;
  /** How the operation ended after the restart. */
  outcome: string;
  members: string;
  /** Mutating calls that a server accepted although their effect was present (engineering E8). */
  doubled: string[];
  seconds: number;
};

/** Every named step once; of the items, one of each kind. `{1}` stands for the first server of the trio. */
export const stepsOfCreation = [
  'preflight',
  'reserve',
  'configure-services/{2}',
  'back-up-application/{2}',
  'set-addresses/{2}',
  'bootstrap/{1}',
  'join-member/{2}',
  'await-member/{2}',
  'join-member/{3}',
  'await-member/{3}',
  'adopt',
  'apply-application-config/project/internal',
  'apply-application-config/storage-pool/local',
  'apply-application-config/network/default/meshbr0',
  'apply-application-config/storage-volume/local/default/backups',
  'apply-application-config/profile/default/default',
  'apply-application-config/server-config',
  'first-inventory',
] as const;

/** Kills a real daemon at each point, starts it again, and looks what became of the creation. */
export async function runKillTable(
  world: World,
  points: readonly KillPoint[],
  report: (row: KillRow) => void,
): Promise<KillRow[]> {
  const rows: KillRow[] = [];
  for (const [index, point] of points.entries()) {
    const trio = world.fleet.servers.slice(index * 3, index * 3 + 3);
    if (trio.length < 3) throw new Error('the fleet is too small for so many points');
    const row = await killOnce(world, point, trio, `k${index}`);
    rows.push(row);
    report(row);
  }
  return rows;
}

async function killOnce(
  world: World,
  point: KillPoint,
  trio: readonly SimulatedServer[],
  cluster: string,
): Promise<KillRow> {
  const { daemon, fleet } = world;
  const started = performance.now();
  const step = point.step.replace(/\{(\d)\}/, (_, place: string) => trio[Number(place) - 1]?.name ?? '');
  const hook = `${step}:${point.event}:${point.side}`;
  await daemon.stop();
  await daemon.restart({ OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_KILL: hook });
  await fleet.clearRequests();
  // The daemon dies under this request; that is the point.
  const asked = createCluster(daemon, cluster, trio).catch(() => undefined);
  const code = await Promise.race([daemon.ended(), pause(60_000, 'alive' as const, { ref: false })]);
  await asked;
  if (code === 'alive') throw new Error(`the daemon did not meet ${hook}`);
  await daemon.restart();
  await until(`the operation of ${cluster} to be over`, async () =>
    ['finished', 'undone', 'needs_attention', 'paused'].includes(
      (await operationOf(daemon, cluster))?.metadata.status ?? '',
    ),
  );
  const outcome = (await operationOf(daemon, cluster))?.metadata.status ?? 'never there';
  const members = await membersOf(daemon, trio);
  return {
    point: `${point.step} ${point.event}, ${point.side} its record`,
    outcome,
    members: members.join(' '),
    doubled: findDoubled(await fleet.requests()),
    seconds: (performance.now() - started) / 1000,
  };
}

async function createCluster(daemon: Daemon, name: string, trio: readonly SimulatedServer[]): Promise<unknown> {
  return daemon.client('clusters_create', {
    headers: { prefer: 'respond-async' },
    body: {
      name,
      connection_url: trio[0]?.url ?? '',
      server_type: 'incus',
      server_names: trio.map((server) => server.name),
      services_config: {
        lvm: { enabled: true },
        nvme: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] },
      },
      application_seed_config: { config: { 'user.ui.title': 'My wonderful cluster' } },
    },
  });
}

const operationOf = async (daemon: Daemon, cluster: string): Promise<OperationFacts | undefined> =>
  (await readOperations(daemon)).find((operation) => JSON.stringify(operation).includes(`\\"${cluster}\\"`));

async function membersOf(daemon: Daemon, trio: readonly SimulatedServer[]): Promise<string[]> {
  const eyes = makeEyes(daemon);
  try {
    const list = await eyes.get<{ server_name: string; status: string }[]>(
      trio[0]?.url ?? '',
      '/1.0/cluster/members?recursion=1',
    );
    return list
      .filter((member) => member.status === 'Online')
      .map((member) => member.server_name)
      .sort();
  } catch {
    return [];
  } finally {
    await eyes.close();
  }
}

export const killTableText = (rows: readonly KillRow[]): string =>
  [
    `${'killed at'.padEnd(74)}${'after the restart'.padEnd(20)}${'members'.padEnd(30)}doubled  seconds`,
    ...rows.map(
      (row) =>
        `${row.point.padEnd(74)}${row.outcome.padEnd(20)}${row.members.padEnd(30)}${String(row.doubled.length).padEnd(9)}${row.seconds.toFixed(1)}`,
    ),
  ].join('\n');
