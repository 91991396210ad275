/**
 * `npm run pictures`: every page of the web UI as it looks, light and dark, on a desk and on a phone, into docs/pictures/ui.
 * Look at them after each change of the UI; they are committed.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openLook, startBrowser } from '../scenarios/lib/browser.ts';
import { fillWorld } from '../scenarios/lib/ui-pages.ts';
import { startWorld, writePageFiles } from '../scenarios/lib/world.ts';
import { readCommandLine } from './command-line.ts';

readCommandLine('Usage: npm run pictures     no options; needs Chromium (Debian: apt-get install chromium)', {});

const folder = join(import.meta.dirname, '../docs/pictures/ui');
const sizes = [
  { width: 1440, height: 900 },
  { width: 360, height: 740 },
];

const world = await startWorld({ servers: 12, simulator: ['--key', 'p256'] });
const browser = await startBrowser();
try {
  const stage = { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
  const pages = await fillWorld(world, stage);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const dark of [false, true])
    for (const size of sizes) {
      const look = await openLook(browser, world.daemon, { ...size, dark });
      for (const [name, path] of pages) {
        await look.open(path);
        await look.page.getByRole('heading').first().waitFor();
        await look.page.waitForLoadState('networkidle');
        const picture = `${name}-${dark ? 'dark' : 'light'}-${size.width}.png`;
        await look.page.screenshot({ path: join(folder, picture) });
        process.stdout.write(`${picture}\n`);
      }
      await look.close();
    }
} finally {
  await browser.close();
  await world.stop();
}
