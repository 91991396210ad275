import { readFileSync } from 'node:fs';
import type { SimulatedFleet } from '../../scenarios/lib/simulated-fleet.ts';
import { until } from '../../scenarios/lib/world.ts';
import { measure, residentMb } from './costs.ts';
import { awaitReadyCount, startBenchFleet } from './fleet.ts';
import { createOf, setLogLevel } from './own-share.ts';
import { type RecordedCall, recordingOf } from './recording.ts';
import { type ReplayServer, replay } from './replay.ts';
import { type Bench, type Figure, ms, none, type Row } from './row.ts';
import { type MeasuredDaemon, startMeasured } from './world.ts';

const members = 5;

/** Many clusters at once: does each stand, and what do we add to what a bare client would need (engineering E10)? */
export const manyCreations: Row = {
  name: 'many',
  about: '100 creations of 5 simulated members at once',
  async run(bench) {
    const clusters = bench.quick ? 10 : 100;
    const measured = await startMeasured(bench);
    try {
      return await runMany(bench, measured, clusters);
    } finally {
      await measured.stop();
    }
  },
};

async function runMany(bench: Bench, measured: MeasuredDaemon, clusters: number): Promise<Figure[]> {
  const servers = (clusters + 1) * members;
  bench.say(`${servers} servers register`);
  const fleet = await startFleet(measured, 0, servers);
  const { recorded, was } = await recordOne(measured, fleet);
  const sets = setsOf(fleet.servers.slice(members));
  bench.say(`${clusters} creations of ${members} at once`);
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(measured.pid));
  }, 100);
  const { result, measured: cost } = await measure(measured.pid, clusters, () =>
    Promise.allSettled(sets.map((set, index) => createOf(measured, set, `c${index}`))),
  );
  clearInterval(watch);
  const failed = result.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  for (const why of failed.slice(0, 5)) bench.say(why);
  bench.say(`${clusters - failed.length} of ${clusters} stand after ${ms(cost.wallMs)}`);
  await fleet.stop();
  bench.say(`a bare client sends the same ${recorded.length} calls ${clusters} times at once`);
  const bare = await replayAll(measured, recorded, was, clusters).catch((error: unknown) => String(error));
  if (typeof bare === 'string') bench.say(`the bare client did not come to its end: ${bare}`);
  const what = `${clusters} creations of ${members} members at once`;
  const stand = clusters - failed.length;
  return [
    {
      what: `${what}: stand`,
      ours: `${stand} of ${clusters}`,
      oc: none,
      floor: none,
      target: 'all',
      met: stand === clusters,
    },
    ownShareOf(what, cost.wallMs, bare, recorded.length),
    {
      what: `${what}: CPU and memory`,
      ours: `${ms(cost.cpuUs / 1_000 / clusters)} each, ${ms(cost.cpuUs / 1_000)} in all; ${peakMb.toFixed(0)} MB at most`,
      oc: none,
      floor: none,
      target: none,
      met: undefined,
    },
  ];
}

/** `bare`: the milliseconds of the bare client, or why it has none. */
function ownShareOf(creations: string, wallMs: number, bare: number | string, calls: number): Figure {
  const what = `${creations}: own share`;
  if (typeof bare === 'string')
    return { what, ours: `of ${ms(wallMs)}`, oc: none, floor: 'not measured', target: none, met: undefined };
  const [own, limit] = [wallMs - bare, bare * 0.1 + 100];
  return {
    what,
    ours: `${ms(own)} of ${ms(wallMs)}`,
    oc: none,
    floor: `${ms(bare)} (${calls} calls each)`,
    target: `≤ ${ms(limit)} (10 % + 100 ms)`,
    met: own <= limit,
  };
}

async function startFleet(measured: MeasuredDaemon, number: number, servers: number): Promise<SimulatedFleet> {
  const network = `127.${150 + (process.pid % 50)}.${8 * (number + 1)}.0/21`;
  const prefix = `m${number}s`;
  const fleet = await startBenchFleet(measured, servers, { network, arguments: ['--name-prefix', prefix] });
  await awaitReadyCount(measured, servers, 300_000);
  return fleet;
}

/** One creation beside as many registered servers as there will be: it reads the lvm ids of them all. */
async function recordOne(
  measured: MeasuredDaemon,
  fleet: SimulatedFleet,
): Promise<{ recorded: RecordedCall[]; was: readonly ReplayServer[] }> {
  await setLogLevel(measured, 'DEBUG');
  const from = Date.now();
  await createOf(measured, fleet.servers.slice(0, members), 'first');
  const isWritten = (): boolean => readFileSync(measured.daemon.log, 'utf8').endsWith('\n');
  await until('the log to be written', () => Promise.resolve(isWritten()));
  const recorded = recordingOf(measured.daemon.log, from, await fleet.requests());
  await setLogLevel(measured, 'INFO');
  return { recorded, was: fleet.servers };
}

const setsOf = (servers: readonly ReplayServer[]): ReplayServer[][] =>
  Array.from({ length: Math.floor(servers.length / members) }, (_, index) =>
    servers.slice(index * members, (index + 1) * members),
  );

/**
 * On servers of its own that trust the same client. The first ones are in no creation: they are asked for all lvm ids,
 * because one that is about to join answers nobody for a moment.
 */
async function replayAll(
  measured: MeasuredDaemon,
  recorded: readonly RecordedCall[],
  was: readonly ReplayServer[],
  clusters: number,
): Promise<number> {
  const fleet = await startFleet(measured, 1, was.length);
  const [lenders = [], ...sets] = setsOf(fleet.servers);
  const others = was.slice(members).flatMap((_, index) => lenders[index % members] ?? []);
  const started = performance.now();
  await Promise.all(
    sets.slice(0, clusters).map((set) => replay(recorded, was, [...set, ...others], measured.identity)),
  );
  return performance.now() - started;
}
