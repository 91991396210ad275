import { setTimeout as pause } from 'node:timers/promises';
import { each, measure, residentMb } from './costs.ts';
import { awaitReadyCount, type SeenServer, startBenchFleet } from './fleet.ts';
import { none, quantile, type Row, us } from './row.ts';
import { startMeasured } from './world.ts';

/** Ten thousand servers that are looked at every 25 s (engineering E17). */
export const polling: Row = {
  name: 'polling',
  about: '10,000 simulated servers polled: share of a core, memory, age of what is known',
  async run(bench) {
    const count = bench.quick ? 1_000 : 10_000;
    const measured = await startMeasured(bench);
    const { daemon, pid } = measured;
    const network = `127.${150 + (process.pid % 50)}.0.0/16`;
    try {
      await startBenchFleet(measured, count, { network });
      await awaitReadyCount(measured, count, 540_000);
      bench.say(`${count} servers are ready; a minute of polls`);
      // The crowd of the beginning has to spread over the interval.
      await pause(bench.quick ? 5_000 : 30_000);
      const seconds = bench.quick ? 20 : 60;
      const { measured: spent } = await measure(pid, (count / 23.75) * seconds, () => pause(seconds * 1_000));
      const memory = residentMb(pid);
      const ages = await agesOf(daemon.send);
      const core = spent.cpuUs / spent.wallMs / 1_000;
      const limits = { core: (0.7 * count) / 10_000, mb: 400, age: 30 };
      const label = `${count.toLocaleString('en')} servers polled every 25 s`;
      const target = count === 10_000 ? '≤ 0.7 core' : `≤ ${limits.core.toFixed(2)} core`;
      const age = quantile(ages, 0.99);
      return [
        {
          what: `${label}: CPU`,
          ours: `${core.toFixed(2)} core (${us(each(spent))} a poll)`,
          oc: 'serial',
          floor: none,
          target,
          met: core <= limits.core,
          measured: spent,
        },
        {
          what: `${label}: memory`,
          ours: `${memory.toFixed(0)} MB`,
          oc: none,
          floor: none,
          target: '< 400 MB',
          met: memory < limits.mb,
        },
        {
          what: `${label}: age of the status, p99`,
          ours: `${age.toFixed(1)} s`,
          oc: 'minutes',
          floor: none,
          target: '< 30 s',
          met: age < limits.age,
        },
      ];
    } finally {
      await measured.stop();
    }
  },
};

type Send = Awaited<ReturnType<typeof startMeasured>>['daemon']['send'];

async function agesOf(send: Send): Promise<number[]> {
  const path = '/1.0/provisioning/servers?recursion=1';
  const reply = await send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined });
  const now = Date.now();
  const { metadata } = JSON.parse(reply.text) as { metadata: SeenServer[] };
  return metadata.map((server) => (now - Date.parse(server.last_seen)) / 1_000);
}
