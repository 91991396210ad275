import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLook, startBrowser } from '../lib/browser.ts';
import { startWorld, type World } from '../lib/world.ts';

let browser: Browser;
let world: World;

beforeAll(async () => {
  world = await startWorld({ servers: 1, simulator: ['--key', 'p256'] });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await world.stop();
});

test('a server is edited on its page, and who did it stands below; its own entries alone', async () => {
  const { page, open, expectQuiet, close } = await openLook(browser, world.daemon);
  await open('/servers');
  await page.getByRole('link', { name: 'server1', exact: true }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const text = '<b>rack</b> \u202e4';
  await page.getByLabel('Description').fill(text);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Facts' }).getByText(text).waitFor();
  const audit = page.getByRole('region', { name: 'Audit' });
  await audit.getByRole('button', { name: 'server_update' }).click();
  const entry = page.getByRole('dialog');
  await entry.getByText('/1.0/provisioning/servers/server1', { exact: true }).waitFor();
  expect(await entry.getByText('done').count()).toBe(1);
  expectQuiet();
  await close();
});

test('a token is made and removed by its name', async () => {
  const { page, open, expectQuiet, close } = await openLook(browser, world.daemon);
  await open('/tokens');
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByRole('dialog').getByLabel('Description').fill('rack 9');
  await page.getByRole('button', { name: 'Make it' }).click();
  const row = page.getByRole('row').filter({ hasText: 'rack 9' });
  await row.getByRole('button', { name: 'Remove' }).click();
  const asked = page.getByRole('dialog');
  const name = (await asked.locator('label code').textContent()) ?? '';
  expect(await asked.getByRole('button', { name: 'Remove token' }).isDisabled()).toBe(true);
  await asked.getByLabel('Its name').fill(name);
  await asked.getByRole('button', { name: 'Remove token' }).click();
  await row.waitFor({ state: 'detached' });
  expectQuiet();
  await close();
});

test('a webhook is added, says once what its secret is, and tells that nobody answers it', async () => {
  const { page, open, expectQuiet, close } = await openLook(browser, world.daemon);
  await open('/settings');
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await page.getByLabel('Name', { exact: true }).fill('night');
  await page.getByLabel('URL', { exact: true }).fill('http://127.0.0.1:9/hook');
  await page.getByRole('button', { name: 'Add webhook' }).click();
  expect((await page.getByRole('region', { name: 'Secret' }).textContent())?.length).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'I have it' }).click();
  const row = page.getByRole('row').filter({ hasText: 'night' });
  await row.getByRole('button', { name: 'Look' }).click();
  await page.getByRole('button', { name: 'Send a test now' }).click();
  await page.getByRole('status').getByText('not delivered').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await row.getByRole('button', { name: 'Remove' }).click();
  await page.getByLabel('Its name').fill('night');
  await page.getByRole('button', { name: 'Remove webhook' }).click();
  await row.waitFor({ state: 'detached' });
  expectQuiet();
  await close();
});
