import { readFleetCalls } from '../lib/fleet-calls.ts';
import { dirPool, startLab } from '../lib/lab.ts';
import { runMatrix } from '../lib/matrix-runner.ts';
import { serversNeeded } from '../lib/matrix-world.ts';

runMatrix('real-incus', async () => {
  const { daemon, directory, servers, stop } = await startLab({
    members: serversNeeded,
    // What reached a real server is known from our own log of calls.
    daemon: ['--log-level', 'DEBUG'],
  });
  return {
    daemon,
    directory,
    servers,
    extra: { yaml: dirPool, json: { storage_pools: [{ name: 'local', driver: 'dir' }] } },
    received: async () => readFleetCalls(daemon.log),
    stop,
  };
});
