import type { SimulatedFleet } from '../../scenarios/lib/simulated-fleet.ts';
import { awaitReadyCount, startBenchFleet } from './fleet.ts';
import { pageConfigs } from './page.ts';
import { type Bench, type Figure, median, ms, none, type Row } from './row.ts';
import { type MeasuredDaemon, startMeasured } from './world.ts';

/** Connections of the round before are closed by then: each round begins as the first one does. */
const idleMs = 5_500;

/** All checks of a creation on simulated servers, from the request to the answer. */
export const preflight: Row = {
  name: 'preflight',
  about: 'all checks of a creation of 3 and 50 simulated servers; of 10 with five faults',
  async run(bench) {
    const few = await sizes(bench, 3, async (size) => [await size(3, 300)]);
    const many = await sizes(bench, 50, async (size, fleet) => {
      const all = await size(50, 1_500);
      for (const [fault, server, argument] of faults) await fleet.setFault(fault, server, argument);
      return [all, await size(10, 3_000, ' with five faults, one of them silence')];
    });
    return [...few, ...many];
  },
};

type Size = (servers: number, targetMs: number, how?: string) => Promise<Figure>;

/** A daemon that knows just these servers: those of others are asked for their lvm ids. */
async function sizes(
  bench: Bench,
  servers: number,
  run: (size: Size, fleet: SimulatedFleet) => Promise<Figure[]>,
): Promise<Figure[]> {
  const measured = await startMeasured(bench);
  try {
    const fleet = await startBenchFleet(measured, servers, { network: `127.201.${servers}.0/24` });
    await awaitReadyCount(measured, servers, 120_000);
    return await run((count, targetMs, how = '') => figureOf(bench, measured, fleet, { count, targetMs, how }), fleet);
  } finally {
    await measured.stop();
  }
}

const faults = [
  ['cut-off', 'server2', undefined],
  ['clock-off', 'server3', '-20'],
  ['holds-project', 'server4', 'theirs'],
  ['disk-full', 'server5', undefined],
  ['needs-reboot', 'server6', undefined],
] as const;

async function figureOf(
  bench: Bench,
  { daemon }: MeasuredDaemon,
  fleet: SimulatedFleet,
  { count, targetMs, how }: { count: number; targetMs: number; how: string },
): Promise<Figure> {
  const body = {
    ...{ name: 'bench', connection_url: '', server_type: 'incus', ...(await pageConfigs()) },
    server_names: fleet.servers.slice(0, count).map(({ name }) => name),
  };
  const taken: number[] = [];
  for (let round = 0; round < (bench.quick ? 3 : 5); round += 1) {
    await new Promise((resolve) => setTimeout(resolve, idleMs));
    const began = performance.now();
    const asked = await daemon.client('clusters_preflight', { body });
    taken.push(performance.now() - began);
    if (asked.kind !== 'ok') throw new Error(`the preflight was refused: ${JSON.stringify(asked)}`);
  }
  return {
    what: `preflight of ${count} simulated servers${how}, no connection open before`,
    ...{ ours: ms(median(taken)), oc: none, floor: none, target: `≤ ${targetMs.toLocaleString('en')} ms` },
    met: median(taken) <= targetMs,
  };
}
