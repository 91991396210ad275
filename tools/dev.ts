/** `npm run dev`: the daemon from its sources and twelve simulated servers, registered, until Ctrl-C. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from '../scenarios/lib/world.ts';
import { readCommandLine } from './command-line.ts';

readCommandLine('Usage: npm run dev     no options; Ctrl-C ends everything', {});

// Sources, not bundles: what is edited is what runs at the next start.
for (const program of ['operations-centerd', 'operations-center', 'operations-center-sim'])
  rmSync(join(import.meta.dirname, '../dist', `${program}.mjs`), { force: true });
process.env['OPERATIONS_CENTER_CONF'] ??= mkdtempSync(join(tmpdir(), 'operations-center-dev-'));

const world = await startWorld({ servers: 12, daemon: ['--log-level', 'DEBUG'] });
process.stdout.write(`Twelve simulated servers are ready. In another terminal:

  export OPERATIONS_CENTER_DIR=${world.daemon.directory} PATH=${join(import.meta.dirname, '../bin')}:$PATH
  operations-center ui                       sign a browser in
  operations-center provisioning server list
  npx vite build --watch packages/ui         the web UI, built anew at each change
  tail -f ${world.daemon.log}

Ctrl-C ends everything.
`);
await new Promise<void>((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});
await world.stop();
