import { runMatrix } from '../lib/matrix-runner.ts';
import { serversNeeded } from '../lib/matrix-world.ts';
import { startWorld } from '../lib/world.ts';

runMatrix('simulator', async () => {
  const { daemon, directory, fleet, stop } = await startWorld({ servers: serversNeeded });
  return {
    daemon,
    directory,
    servers: fleet.servers,
    extra: { yaml: '', json: {} },
    received: () => fleet.requests(),
    stop,
  };
});
