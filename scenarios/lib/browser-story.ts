import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Look } from './browser.ts';
import type { Stage } from './story.ts';

const patience = { timeout: 60_000 };

/** Writes the two files of the user's page, by dropping their text into the editors. */
export async function fillIn(page: Page, { files, servers }: Stage, name: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  for (const server of servers.slice(0, 3))
    await page.getByRole('checkbox', { name: server.name, exact: true }).check();
  await takeFile(page, 'Services of IncusOS', files.services);
  await takeFile(page, 'Application: Incus', files.application);
  await page.getByText('✓ Nothing is wrong with it by itself.').nth(1).waitFor(patience);
}

async function takeFile(page: Page, field: string, path: string): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: `Take a file for ${field}` }).click();
  await (await choosing).setFiles({ name: 'a.yaml', mimeType: 'text/yaml', buffer: readFileSync(path) });
}

/** From the page that was filled in to the page of the operation. */
export async function reviewAndApprove(page: Page, count: number): Promise<void> {
  await page.getByRole('button', { name: 'Review the plan' }).click();
  await page.getByRole('heading', { name: /^Review: create/ }).waitFor(patience);
  await page.getByText('Nothing restarts.').waitFor(patience);
  await page.getByRole('button', { name: `Create cluster on ${count} servers` }).click();
  await page.waitForURL(/\/ui\/operations\//, patience);
}

/** What the head of the operation's page says. */
export const headOf = (page: Page) => page.locator('header');

/** The main job, by mouse: the same on simulated servers and on real Incus. */
export async function createByMouse({ page, open }: Look, stage: Stage): Promise<void> {
  await open('/');
  await page.getByRole('link', { name: 'Create a cluster' }).click();
  await fillIn(page, stage, 'wonderful');
  await reviewAndApprove(page, 3);
  await headOf(page).getByText('finished').waitFor({ timeout: 120_000 });
  for (const { name } of stage.servers.slice(0, 3))
    await expect.poll(() => page.getByRole('row', { name }).count()).toBe(1);
  await page.getByRole('link', { name: 'Clusters' }).click();
  await page.getByRole('link', { name: 'wonderful' }).click();
  await page.getByRole('heading', { name: 'wonderful' }).waitFor(patience);
  await page.getByText('storage pool').waitFor(patience);
}
