import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { runProgram } from '../../scenarios/lib/programs.ts';
import { pidOfDaemon, residentMb } from './costs.ts';
import { startFloor } from './floor.ts';
import { type Bench, median, ms, type Row } from './row.ts';
import { startMeasured } from './world.ts';

/** From the command to an answer. Everything was started once before, so that bundle and compile cache are there. */
export const startUp: Row = {
  name: 'start',
  about: 'cold start of daemon and CLI, memory of an idle daemon',
  async run(bench) {
    const measured = await startMeasured(bench);
    const starts: number[] = [];
    const commands: number[] = [];
    try {
      for (let round = 0; round < (bench.quick ? 3 : 9); round += 1) {
        starts.push(await restarted(measured.daemon, bench));
        commands.push(await version());
      }
      await pause(5_000);
      const memory = residentMb(pidOfDaemon(measured.daemon.directory));
      const floor = await startFloor();
      const floorMemory = residentMb(floor.pid);
      await floor.stop();
      const start = median(starts);
      return [
        {
          what: 'cold start of the daemon: command to answer of GET /1.0',
          ours: ms(start),
          oc: '50 ms',
          floor: '66 ms',
          target: '≤ 250 ms',
          met: start <= 250,
        },
        {
          what: 'operations-center --version',
          ours: ms(median(commands)),
          oc: '–',
          floor: '–',
          target: '–',
          met: undefined,
        },
        {
          what: 'memory of an idle daemon',
          ours: `${memory.toFixed(0)} MB`,
          oc: '52 MB',
          floor: `${floorMemory.toFixed(0)} MB`,
          target: '≤ 110 MB',
          met: memory <= 110,
        },
      ];
    } finally {
      await measured.stop();
    }
  },
};

async function restarted(daemon: Awaited<ReturnType<typeof startMeasured>>['daemon'], bench: Bench): Promise<number> {
  await daemon.stop();
  rmSync(daemon.directory, { recursive: true, force: true });
  // Twice: the first start makes keys and database.
  await daemon.restart(bench.daemonEnvironment);
  await daemon.stop();
  const started = performance.now();
  await daemon.restart(bench.daemonEnvironment);
  return performance.now() - started;
}

async function version(): Promise<number> {
  const started = performance.now();
  const ran = await runProgram('operations-center', ['--version'], { env: process.env });
  if (ran.exit !== 0) throw new Error(`operations-center --version: ${ran.stderr}`);
  return performance.now() - started;
}
