import { dirPool, type LabMember, startLab } from './lab.ts';
import type { Stage } from './story.ts';
import { startWorld, writePageFiles } from './world.ts';

/**
 * A daemon and three servers that are registered and ready, in a world of their own: the same words make the same
 * things go wrong on simulated servers and on real Incus.
 */
export type Trio = Stage & {
  directory: string;
  /** What every application file needs here: nothing, or the pool that this kernel can make. */
  extra: string;
  /** Its Incus ends at once, and comes back on the same state. */
  down(server: string): Promise<void>;
  up(server: string): Promise<void>;
  /** Nothing reaches it and nobody is told so. */
  cut(server: string): Promise<void>;
  heal(server: string): Promise<void>;
  stop(): Promise<void>;
};

export type OpenTrio = (options?: { environment?: NodeJS.ProcessEnv; daemon?: readonly string[] }) => Promise<Trio>;

export const simulatedTrio: OpenTrio = async (options = {}) => {
  const { daemon, fleet, directory, stop } = await startWorld({
    servers: 3,
    simulator: ['--key', 'p256'],
    ...options,
  });
  return {
    daemon,
    directory,
    servers: fleet.servers,
    files: await writePageFiles(directory),
    extra: '',
    down: (server) => fleet.press(server, 'kill'),
    up: (server) => fleet.press(server, 'start'),
    cut: (server) => fleet.setFault('cut-off', server),
    heal: (server) => fleet.clearFault('cut-off', server),
    stop,
  };
};

export const realTrio: OpenTrio = async (options = {}) => {
  const { daemon, directory, servers, lab, stop } = await startLab({ members: 3, ...options });
  const pids = new Map(servers.map(({ name, incusd }) => [name, incusd]));
  const run = async (verb: 'start' | 'cut' | 'heal', server: string): Promise<void> => {
    const index = servers.find(({ name }) => name === server)?.index;
    if (index === undefined) throw new Error(`there is no ${server}`);
    await lab(verb, String(index));
  };
  return {
    daemon,
    directory,
    servers,
    files: await writePageFiles(directory, dirPool),
    extra: dirPool,
    async down(server) {
      // The process itself, not the script: a join takes no longer than a script to start.
      const incusd = pids.get(server);
      if (typeof incusd !== 'number') throw new Error(`${server} has no incusd`);
      process.kill(incusd, 'SIGKILL');
      pids.delete(server);
    },
    async up(server) {
      await run('start', server);
      const { members } = JSON.parse(await lab('status')) as { members: LabMember[] };
      for (const { name, incusd } of members) pids.set(name, incusd);
    },
    cut: (server) => run('cut', server),
    heal: (server) => run('heal', server),
    stop,
  };
};
