import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Look, openLook, startBrowser } from '../lib/browser.ts';
import { type Eyes, makeEyes } from '../lib/incus-eyes.ts';
import { addCluster } from '../lib/story.ts';
import { startWorld, type World, writePageFiles } from '../lib/world.ts';

let browser: Browser;
let world: World;
let eyes: Eyes;
let look: Look;

const patience = { timeout: 30_000 };
const address = '10.10.20.17';
const devices = {
  root: { type: 'disk', path: '/', pool: 'local' },
  eth0: { type: 'nic', network: 'incusbr0', 'ipv4.address': address },
};
/** What somebody wrote who wishes us ill: it is text. */
const hostile = `<img src=x onerror="document.title='broken'">\u202e\n${'long '.repeat(2_000)}`;

beforeAll(async () => {
  world = await startWorld({ servers: 3, simulator: ['--key', 'p256'] });
  const { daemon, fleet, directory } = world;
  await addCluster({ daemon, servers: fleet.servers, files: await writePageFiles(directory) }, 'wonderful');
  eyes = makeEyes(daemon);
  await change('POST', '/1.0/instances', { name: 'web', type: 'container', source: { type: 'none' }, devices });
  await change('POST', '/1.0/profiles', { name: 'odd', description: hostile });
  browser = await startBrowser();
});
afterEach(async () => {
  look.expectQuiet();
  await look.close();
});
afterAll(async () => {
  await browser.close();
  await eyes.close();
  await world.stop();
});

test('a wrong filter is marked where it is wrong, put right by a click, and narrowed by another', async () => {
  const { page } = await begin('/inventory?kind=network');
  await page.getByRole('link', { name: 'meshbr0' }).waitFor(patience);
  const box = page.getByRole('combobox', { name: 'Filter' });
  await box.fill('nme == "meshbr0"');
  await box.press('Enter');
  await page.getByText('At character 1: unknown name nme').waitFor(patience);
  expect(await page.locator('mark').textContent()).toBe('nme');
  await page.getByRole('button', { name: 'Write name' }).click();
  await page.getByText('1 network', { exact: true }).waitFor(patience);
  expect(await page.getByRole('link', { name: 'incusbr0' }).count()).toBe(0);
  await page
    .getByRole('group', { name: 'Cluster' })
    .getByRole('button', { name: /wonderful/ })
    .click();
  await expect.poll(() => box.inputValue(), patience).toBe('name == "meshbr0" and cluster == "wonderful"');
});

test('what becomes of an object shows by itself; renamed, its old address leads to the new one', async () => {
  const { page } = await begin('/inventory');
  await page.getByRole('link', { name: 'web', exact: true }).click();
  const history = page.getByRole('region', { name: 'History' });
  await history.getByText('seen for the first time').waitFor(patience);
  await change('PATCH', '/1.0/instances/web', { config: { 'limits.cpu': '3' } });
  await history.getByText('config["limits.cpu"]', { exact: true }).waitFor(patience);
  await change('POST', '/1.0/instances/web', { name: 'front' });
  await history.getByText(/^It is called/).waitFor(patience);
  await history.getByText('renamed: web → front').waitFor(patience);
  await history.getByRole('link', { name: 'front' }).first().click();
  await page.getByRole('heading', { name: 'front' }).waitFor(patience);
  await page.getByRole('link', { name: 'Open it in Incus’ own UI' }).waitFor(patience);
  // Under its new name it has its past, too.
  await history.getByText('seen for the first time').waitFor(patience);
  expect(await history.getByText(/^It is called/).count()).toBe(0);
});

test('Ctrl-K: who has this address? By keyboard alone, and the focus comes back', async () => {
  const { page } = await begin('/servers');
  await page.getByRole('link', { name: 'server1' }).first().waitFor(patience);
  await page.getByRole('link', { name: 'server1' }).first().focus();
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: 'Search everything' });
  await box.waitFor(patience);
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'detached', ...patience });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('server1');
  await page.keyboard.press('Control+k');
  await box.waitFor(patience);
  // Entered before the daemon has answered: it goes to what is found, not to what was shown before.
  await page.keyboard.type(address);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/ui\/inventory\/instance\//, patience);
  await page.getByText(address).first().waitFor(patience);
});

test('as of a time the page says that it is the past; what is hostile is text', async () => {
  const { page } = await begin(`/inventory?kind=profile&asOf=${new Date().toISOString()}`);
  await page.getByText('This is the past').waitFor(patience);
  await page.getByRole('link', { name: 'odd' }).waitFor(patience);
  await page.getByRole('button', { name: 'Show it as it is now' }).click();
  await page.getByRole('link', { name: 'odd' }).click();
  await page.getByRole('heading', { name: 'odd' }).waitFor(patience);
  await page.getByText('<img src=x').first().waitFor(patience);
  expect(await page.title()).not.toBe('broken');
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  await look.open('/inventory/diff');
  await page.getByText(/networks? created/).waitFor(patience);
});

async function begin(path: string): Promise<Look> {
  look = await openLook(browser, world.daemon);
  await look.open(path);
  return look;
}

const change = (method: 'POST' | 'PATCH', path: string, body: unknown): Promise<void> =>
  eyes.change(method, world.fleet.servers[0]?.url ?? '', path, body);
