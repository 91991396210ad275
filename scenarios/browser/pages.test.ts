import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LookOptions, openLook, startBrowser } from '../lib/browser.ts';
import { fillWorld, type UiPage } from '../lib/ui-pages.ts';
import { startWorld, type World, writePageFiles } from '../lib/world.ts';

let browser: Browser;
let world: World;
let pages: UiPage[];

beforeAll(async () => {
  world = await startWorld({ servers: 7, simulator: ['--key', 'p256'] });
  const stage = { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
  pages = await fillWorld(world, stage);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await world.stop();
});

type Violation = { id: string; help: string; nodes: { html: string; any: { message: string }[] }[] };
const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations)`;

const tell = ({ id, help, nodes }: Violation): string =>
  `${id}: ${help}\n${nodes
    .slice(0, 3)
    .map(({ html, any }) => `    ${html.slice(0, 200)} ${any[0]?.message ?? ''}`)
    .join('\n')}`;

/** What is wrong with each page as it is seen so. */
async function lookThrough(
  options: LookOptions,
  find: (run: (script: string) => Promise<unknown>) => Promise<string[]>,
): Promise<string[]> {
  const look = await openLook(browser, world.daemon, options);
  const found: string[] = [];
  for (const [name, path] of pages) {
    await look.open(path);
    await look.page.getByRole('heading').first().waitFor();
    await look.page.waitForLoadState('networkidle');
    found.push(...(await find((script) => look.page.evaluate(script))).map((text) => `${name}: ${text}`));
  }
  look.expectQuiet();
  await look.close();
  return found;
}

test.each([
  ['light', {}],
  ['dark', { dark: true }],
  ['on a phone', { width: 360, height: 740 }],
] as const)('everybody can use every page: axe finds nothing, %s', async (_, options) => {
  const found = await lookThrough(options, async (evaluate) => {
    await evaluate(axe.source);
    return ((await evaluate(run)) as Violation[]).map(tell);
  });
  expect(found).toEqual([]);
});

test('no page is wider than a phone', async () => {
  const found = await lookThrough({ width: 360, height: 740 }, async (evaluate) => {
    const over = Number(await evaluate('document.documentElement.scrollWidth - innerWidth'));
    const inside = Number(
      await evaluate('document.querySelector("main").scrollWidth - document.querySelector("main").clientWidth'),
    );
    return over > 0 || inside > 0 ? [`${Math.max(over, inside)} px too wide`] : [];
  });
  expect(found).toEqual([]);
});
