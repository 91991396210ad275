import type { SimulatedFleet } from '../../scenarios/lib/simulated-fleet.ts';
import { awaitReadyCount, startBenchFleet } from './fleet.ts';
import { pageConfigs } from './page.ts';
import { type Bench, type Figure, median, ms, none, type Row } from './row.ts';
import { type MeasuredDaemon, startMeasured } from './world.ts';

const largest = 50;
/** Connections of the round before are closed by then: each round begins as the first one does. */
const idleMs = 5_500;

/** All checks of a creation on simulated servers, from the request to the answer. */
export const preflight: Row = {
  name: 'preflight',
  about: 'all checks of a creation of 3 and 50 simulated servers; of 10 with five faults',
  async run(bench) {
    const measured = await startMeasured(bench);
    try {
      const fleet = await startBenchFleet(measured, largest, { network: '127.201.0.0/16' });
      await awaitReadyCount(measured, largest, 120_000);
      const figures = [await size(bench, measured, fleet, 3, 300), await size(bench, measured, fleet, largest, 1_500)];
      for (const [fault, server, argument] of faults) await fleet.setFault(fault, server, argument);
      return [...figures, await size(bench, measured, fleet, 10, 3_000, ' with five faults, one of them silence')];
    } finally {
      await measured.stop();
    }
  },
};

const faults = [
  ['cut-off', 'server2', undefined],
  ['clock-off', 'server3', '-20'],
  ['holds-project', 'server4', 'theirs'],
  ['disk-full', 'server5', undefined],
  ['needs-reboot', 'server6', undefined],
] as const;

async function size(
  bench: Bench,
  { daemon }: MeasuredDaemon,
  fleet: SimulatedFleet,
  servers: number,
  targetMs: number,
  how = '',
): Promise<Figure> {
  const body = {
    ...{ name: 'bench', connection_url: '', server_type: 'incus', ...(await pageConfigs()) },
    server_names: fleet.servers.slice(0, servers).map(({ name }) => name),
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
    what: `preflight of ${servers} simulated servers${how}, no connection open before`,
    ...{ ours: ms(median(taken)), oc: none, floor: none, target: `≤ ${targetMs.toLocaleString('en')} ms` },
    met: median(taken) <= targetMs,
  };
}
