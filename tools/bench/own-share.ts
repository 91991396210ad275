import { readFileSync } from 'node:fs';
import type { SimulatedFleet } from '../../scenarios/lib/simulated-fleet.ts';
import { until } from '../../scenarios/lib/world.ts';
import { type Measured, measure } from './costs.ts';
import { awaitReadyCount, startBenchFleet } from './fleet.ts';
import { pageConfigs } from './page.ts';
import { type RecordedCall, recordingOf } from './recording.ts';
import { type ReplayServer, replay } from './replay.ts';
import { type Bench, type Figure, median, ms, none, type Row, us } from './row.ts';
import { type MeasuredDaemon, startMeasured } from './world.ts';

/** What we add to a creation: its wall time minus that of a bare client that sends the same calls (engineering E10). */
export const ownShare: Row = {
  name: 'creation',
  about: 'own share of a creation of 3, 10 and 50 simulated members',
  async run(bench) {
    const figures: Figure[] = [];
    for (const latency of [20, 0])
      for (const members of bench.quick ? [3, 10] : [3, 10, 50]) figures.push(await size(bench, members, latency));
    return figures;
  },
};

type Round = { wallMs: number; measured: Measured; replayMs: number; replayCpuUs: number };

async function size(bench: Bench, members: number, latency: number): Promise<Figure> {
  bench.say(`creations of ${members} members at ${latency} ms`);
  const measured = await startMeasured(bench);
  try {
    await setLogLevel(measured, 'DEBUG');
    const first = await startRound(measured, members, latency, 0);
    const from = Date.now();
    await createOf(measured, first.ours, 'r0');
    await until('the log to be written', () =>
      Promise.resolve(readFileSync(measured.daemon.log, 'utf8').endsWith('\n')),
    );
    const recorded = recordingOf(measured.daemon.log, from, await first.fleet.requests());
    await endRound(measured, first.fleet, 'r0');
    await setLogLevel(measured, 'INFO');
    const rounds: Round[] = [];
    for (let round = 1; round <= (bench.quick || members > 10 ? 3 : 5); round += 1) {
      rounds.push(await oneRound(measured, { members, latency, round, recorded, was: first.fleet.servers }));
    }
    return latency === 0 ? cpuFigure(members, recorded, rounds) : wallFigure(members, latency, recorded, rounds);
  } finally {
    await measured.stop();
  }
}

/** Ours and the replay take turns in coming first. */
async function oneRound(
  measured: MeasuredDaemon,
  what: {
    members: number;
    latency: number;
    round: number;
    recorded: readonly RecordedCall[];
    was: readonly ReplayServer[];
  },
): Promise<Round> {
  const { fleet, ours, others } = await startRound(measured, what.members, what.latency, what.round);
  const name = `r${what.round}`;
  // The lvm ids of all registered servers are read, so the other half takes part in both directions.
  const again = async () => {
    const cpu = process.cpuUsage();
    const wall = await replay(what.recorded, what.was, [...others, ...ours], measured.identity);
    const { user, system } = process.cpuUsage(cpu);
    return { wall, cpu: user + system };
  };
  const before = what.round % 2 === 0 ? await again() : undefined;
  const own = await measure(measured.pid, what.recorded.length, () => createOf(measured, ours, name));
  const replayed = before ?? (await again());
  await endRound(measured, fleet, name);
  return { wallMs: own.measured.wallMs, measured: own.measured, replayMs: replayed.wall, replayCpuUs: replayed.cpu };
}

async function startRound(measured: MeasuredDaemon, members: number, latency: number, round: number) {
  const network = `127.${150 + (process.pid % 50)}.${round + 1}.0/24`;
  const prefix = `r${round}s`;
  const fleet = await startBenchFleet(measured, 2 * members, {
    network,
    arguments: ['--name-prefix', prefix, '--latency', String(latency)],
  });
  await awaitReadyCount(measured, 2 * members, 120_000);
  return { fleet, ours: fleet.servers.slice(0, members), others: fleet.servers.slice(members) };
}

/** POST to 201, with the files of the user's page. */
export async function createOf(
  { daemon }: MeasuredDaemon,
  servers: readonly ReplayServer[],
  name: string,
): Promise<void> {
  const configs = await pageConfigs();
  const made = await daemon.client('clusters_create', {
    body: {
      name,
      connection_url: servers[0]?.url ?? '',
      server_names: servers.map((server) => server.name),
      server_type: 'incus',
      ...configs,
    },
  });
  if (made.kind !== 'ok') throw new Error(`no cluster: ${JSON.stringify(made).slice(0, 500)}`);
}

/** The next round finds a daemon that knows nothing but its own servers. */
async function endRound({ daemon }: MeasuredDaemon, fleet: SimulatedFleet, name: string): Promise<void> {
  const gone = await daemon.client('cluster_delete', { params: { name }, query: { mode: 'force' } });
  if (gone.kind !== 'ok') throw new Error(`the cluster could not be removed: ${JSON.stringify(gone).slice(0, 500)}`);
  await fleet.stop();
  for (const server of fleet.servers) await daemon.client('server_delete', { params: { name: server.name } });
}

export async function setLogLevel({ daemon }: MeasuredDaemon, log_level: string): Promise<void> {
  const set = await daemon.client('system_settings_update', { body: { log_level } });
  if (set.kind !== 'ok') throw new Error(`the log level could not be set: ${JSON.stringify(set)}`);
}

function wallFigure(
  members: number,
  latency: number,
  recorded: readonly RecordedCall[],
  rounds: readonly Round[],
): Figure {
  const ours = median(rounds.map((round) => round.wallMs));
  const bare = median(rounds.map((round) => round.replayMs));
  const limit = bare * 0.1 + 100;
  const [one] = rounds;
  return {
    what: `creation of ${members} members at ${latency} ms: own share`,
    ours: `${ms(ours - bare)} of ${ms(ours)}`,
    oc: none,
    floor: `${ms(bare)} (${recorded.length} calls)`,
    target: `≤ ${ms(limit)} (10 % + 100 ms)`,
    met: ours - bare <= limit,
    ...(one === undefined ? {} : { measured: one.measured }),
  };
}

/** Milliseconds of CPU that a bare client with a minimal journal needs for the whole creation. */
const journalled: Record<number, string> = { 3: '95–125', 10: '210', 50: '660–860' };

function cpuFigure(members: number, recorded: readonly RecordedCall[], rounds: readonly Round[]): Figure {
  const ours = median(rounds.map((round) => round.measured.cpuUs));
  const bare = median(rounds.map((round) => round.replayCpuUs));
  return {
    what: `creation of ${members} members at 0 ms: CPU per call`,
    ours: `${us(ours / recorded.length)} (${ms(ours / 1_000)} in all; wall ${ms(median(rounds.map((round) => round.wallMs)))})`,
    oc: none,
    floor: `${us(bare / recorded.length)} (${ms(bare / 1_000)} in all; with a journal ${journalled[members] ?? none} ms)`,
    target: none,
    met: undefined,
  };
}
