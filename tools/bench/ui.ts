import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openLook, startBrowser } from '../../scenarios/lib/browser.ts';
import { startWorld } from '../../scenarios/lib/world.ts';
import { type Figure, ms, none, type Row } from './row.ts';

/** The web UI in a real browser: how soon it shows, how smoothly it moves, what its tab weighs, how much is loaded. */
export const ui: Row = {
  name: 'ui',
  about: 'the fleet page in Chromium with 3,000 servers while 200 a second change',
  run: ({ quick }) => measure(quick ? 300 : 3_000),
};

const assets = join(import.meta.dirname, '../../dist/ui/assets');

function scriptKb(): number {
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  return scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0) / 1_000;
}

/** Long tasks and frames of the page while it is scrolled; a string, for it runs in the browser. */
const watch = (seconds: number): string => `new Promise((resolve) => {
  let longest = 0;
  new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longest = Math.max(longest, duration); })
    .observe({ type: 'longtask' });
  const main = document.querySelector('main');
  let frames = 0;
  const began = performance.now();
  function frame() {
    frames += 1;
    main.scrollTop = (main.scrollTop + 40) % Math.max(1, main.scrollHeight - main.clientHeight);
    const ran = performance.now() - began;
    if (ran < ${seconds * 1_000}) requestAnimationFrame(frame);
    else resolve({ longest, fps: (1_000 * frames) / ran });
  }
  requestAnimationFrame(frame);
})`;

async function measure(servers: number): Promise<Figure[]> {
  const world = await startWorld({ servers: 1 });
  const browser = await startBrowser();
  try {
    for (let n = 0; n < servers; n += 1)
      await world.daemon.client('server_create', {
        body: {
          name: `rack${n}`,
          connection_url: `https://127.${n >> 16}.${(n >> 8) & 255}.${n & 255}:8443`,
          channel: 'stable',
        },
      });
    const look = await openLook(browser, world.daemon, {});
    const began = performance.now();
    await look.open('/');
    await look.page.locator(`[data-name="rack${servers - 1}"]`).waitFor({ state: 'attached' });
    const firstMs = performance.now() - began;
    const seconds = 5;
    const changing = change(world, servers, seconds);
    const seen = await look.page.evaluate<{ longest: number; fps: number }>(watch(seconds));
    const changed = await changing;
    const session = await look.page.context().newCDPSession(look.page);
    await session.send('Performance.enable');
    const { metrics } = await session.send('Performance.getMetrics');
    const heapMb = (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6;
    const figure = (what: string, ours: string, target: string, met: boolean): Figure => ({
      ...{ what: `web UI, ${servers.toLocaleString('en')} servers: ${what}`, ours, oc: none, floor: none, target, met },
    });
    const kb = scriptKb();
    return [
      figure('fleet page, all tiles there', ms(firstMs), '≤ 1,500 ms', firstMs <= 1_500),
      figure(
        `longest task while ${Math.round(changed / seconds)}/s change`,
        ms(seen.longest),
        '≤ 50 ms',
        seen.longest <= 50,
      ),
      figure('frames while it is scrolled', `${Math.round(seen.fps)}/s`, '≥ 50/s', seen.fps >= 50),
      figure('memory of the scripts', `${Math.round(heapMb)} MB`, '≤ 300 MB', heapMb <= 300),
      figure('scripts, gzip, all together', `${Math.round(kb)} kB`, '≤ 450 kB', kb <= 450),
    ];
  } finally {
    await browser.close();
    await world.stop();
  }
}

/** Changes servers as fast as they are taken, at most 200 a second; how many it were. */
async function change(
  world: Awaited<ReturnType<typeof startWorld>>,
  servers: number,
  seconds: number,
): Promise<number> {
  const until = performance.now() + 1_000 * seconds;
  let changed = 0;
  while (performance.now() < until) {
    const tick = performance.now() + 50;
    await Promise.all(
      Array.from({ length: 10 }, () =>
        world.daemon.client('server_update', {
          params: { name: `rack${(changed += 1) % servers}` },
          body: { public_connection_url: '', channel: 'stable', description: `change ${changed}`, properties: {} },
        }),
      ),
    );
    const early = tick - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  return changed;
}
