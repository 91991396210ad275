import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Look, openLook, startBrowser } from '../lib/browser.ts';
import { headOf } from '../lib/browser-story.ts';
import { listServers, startWorld, type World } from '../lib/world.ts';

let browser: Browser;
let world: World;
let look: Look;

beforeAll(async () => {
  world = await startWorld({ servers: 2, simulator: ['--key', 'p256'] });
  browser = await startBrowser();
  look = await openLook(browser, world.daemon);
});
afterAll(async () => {
  await browser.close();
  await world.stop();
});

const patience = { timeout: 30_000 };
const variables = JSON.stringify({
  LVM: { type: 'boolean', default: 'true', description: 'Whether LVM runs' },
  CPUS: { type: 'integer', default: '', min: '1', max: '8', title: 'Processors', description: 'Of an instance' },
});

test('a template is written, used with a wrong value, which is shown at its field, and then makes a cluster', async () => {
  const { page, open, expectQuiet } = look;
  await open('/templates');
  await page.getByRole('link', { name: 'Write a template' }).click();
  await page.getByLabel('Name', { exact: true }).fill('edge');
  await write('Services of IncusOS', 'lvm: {"enabled": @LVM@}');
  await write('Application: Incus', 'config: {"user.cpus": "@CPUS@"}');
  await page.getByLabel('As JSON, by name').fill(variables);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'edge' }).waitFor(patience);

  await page.getByRole('link', { name: 'Create a cluster from it' }).click();
  await page.getByLabel('Name', { exact: true }).fill('site');
  for (const { name } of world.fleet.servers) await page.getByRole('checkbox', { name, exact: true }).check();
  await page.getByLabel('Processors').fill('900');
  await page.getByRole('button', { name: 'Review the plan' }).click();
  await expect.poll(() => page.getByLabel('Processors').getAttribute('aria-invalid'), patience).toBe('true');
  await page.getByText(/CPUS/).first().waitFor(patience);

  await page.getByLabel('Processors').fill('4');
  await page.getByRole('button', { name: 'Review the plan' }).click();
  await page.getByRole('button', { name: 'Create cluster on 2 servers' }).click(patience);
  await headOf(page).getByText('finished').waitFor(patience);
  expect((await listServers(world.daemon)).map(({ cluster }) => cluster)).toEqual(['site', 'site']);
  expectQuiet();
});

async function write(label: string, text: string): Promise<void> {
  await look.page.getByRole('textbox', { name: label }).click();
  await look.page.keyboard.insertText(text);
}
