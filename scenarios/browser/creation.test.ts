import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Look, openLook, startBrowser } from '../lib/browser.ts';
import { createByMouse, fillIn, headOf, reviewAndApprove } from '../lib/browser-story.ts';
import type { Stage } from '../lib/story.ts';
import { listServers, startWorld, until, type World, writePageFiles } from '../lib/world.ts';

let browser: Browser;
let world: World;
let stage: Stage;
let look: Look;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  await look.close();
  await world.stop();
});

const patience = { timeout: 60_000 };

test('the main job by mouse: chosen, written, reviewed, approved, watched; the cluster stands', async () => {
  await begin();
  look = await openLook(browser, stage.daemon);
  await createByMouse(look, stage);
  look.expectQuiet();
  expect(await clustersOfServers()).toEqual(['wonderful', 'wonderful', 'wonderful']);
});

test('the main job by keyboard alone', async () => {
  await begin();
  look = await openLook(browser, stage.daemon);
  const { page } = look;
  await look.open('/create');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type('wonderful');
  for (const { name } of stage.servers) {
    await tabTo(look, name);
    await page.keyboard.press('Space');
  }
  await tabTo(look, 'Application: Incus');
  await page.keyboard.type('config:\n  user.ui.title: mine');
  await page.getByText('✓ Nothing is wrong with it by itself.').waitFor(patience);
  await tabTo(look, 'Review the plan');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing restarts.').waitFor(patience);
  await tabTo(look, 'Create cluster on 3 servers');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/ui\/operations\//, patience);
  await headOf(page).getByText('finished').waitFor(patience);
  look.expectQuiet();
  expect(await clustersOfServers()).toEqual(['wonderful', 'wonderful', 'wonderful']);
});

test('a join that hangs: the page says what it waits for; cancelled, and the servers are free again', async () => {
  await begin();
  await world.fleet.setFault('join-hangs', 'server3');
  look = await openLook(browser, stage.daemon);
  const { page } = look;
  await look.open('/create');
  await fillIn(page, stage, 'wonderful');
  await reviewAndApprove(page, 3);
  await page.getByText(/Waiting for server3 to answer as a member/).waitFor(patience);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await headOf(page).getByText('cancelled, taken back').waitFor(patience);
  expect(await clustersOfServers()).toEqual(['', '', '']);
  await page.getByRole('link', { name: 'Fleet' }).click();
  await page
    .getByRole('region', { name: 'In no cluster' })
    .getByRole('link', { name: 'server3: ready' })
    .waitFor(patience);
  look.expectQuiet();
});

test('the daemon killed under an open operation: the page says so, greys out, and goes on by itself', async () => {
  await begin();
  await world.fleet.setFault('join-hangs', 'server3');
  look = await openLook(browser, stage.daemon);
  const { page } = look;
  await look.open('/create');
  await fillIn(page, stage, 'wonderful');
  await reviewAndApprove(page, 3);
  await page.getByText(/Waiting for server3/).waitFor(patience);
  await stage.daemon.kill();
  await page.getByText(/^No connection to Operations Center since/).waitFor(patience);
  await headOf(page).getByText('running when last seen').waitFor(patience);
  // What it waited for then is not known to be so now.
  expect(await page.getByText(/Waiting for server3/).count()).toBe(0);
  expect(await page.getByRole('button', { name: /Cancel: not possible, there is no connection/ }).count()).toBe(1);
  await stage.daemon.restart();
  await page.getByText(/Waiting for server3/).waitFor(patience);
  expect(await page.getByText(/^No connection to Operations Center/).count()).toBe(0);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await headOf(page).getByText('cancelled, taken back').waitFor(patience);
  await until('the servers to be free', async () =>
    (await listServers(stage.daemon)).every(({ cluster }) => cluster === ''),
  );
  look.expectQuiet();
});

async function begin(): Promise<void> {
  world = await startWorld({ servers: 3, simulator: ['--key', 'p256'] });
  stage = { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
}

const clustersOfServers = async (): Promise<string[]> =>
  (await listServers(stage.daemon)).map(({ cluster }) => cluster);

/** What the focus is on, as it is called: by its label, or what it says. */
const focused = `(() => {
  const here = document.activeElement;
  return (here?.labels?.[0]?.textContent ?? here?.getAttribute('aria-label') ?? here?.textContent ?? '').trim();
})()`;

/** Presses Tab until what has the focus is called so. */
async function tabTo({ page }: Look, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await page.evaluate<string>(focused)) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to "${name}"`);
}
