import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPostgresDatabase } from '@operations-center/database/testing/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Daemon } from '../lib/daemon.ts';
import { type Ran, runProgram } from '../lib/programs.ts';
import { addCluster, expectInventory, expectThePage } from '../lib/story.ts';
import { awaitReady, startWorld, type World, writePageFiles } from '../lib/world.ts';

let world: World;
let daemon: Daemon;
let url: string;
beforeAll(async () => {
  world = await startWorld({ servers: 4 });
  daemon = world.daemon;
  url = await createPostgresDatabase();
});
afterAll(() => world.stop());

const run = (...args: string[]): Promise<Ran> => {
  const env = { ...process.env, OPERATIONS_CENTER_DIR: daemon.directory };
  return runProgram('operations-centerd', args, { env, timeoutMs: 60_000 });
};

const paths = ['provisioning/servers', 'provisioning/clusters', 'provisioning/tokens', 'operations', 'warnings'];

/** Everything the daemon shows of what it decided; servers without what polls change. */
async function everything(): Promise<string[]> {
  const shown = [];
  for (const path of paths) {
    const reply = await daemon.send({
      method: 'GET',
      path: `/1.0/${path}?recursion=1`,
      headers: {},
      body: undefined,
      signal: undefined,
    });
    shown.push(reply.text.replaceAll(/"last_(?:seen|updated)":"[^"]*"/g, ''));
  }
  return shown;
}

test('a daemon moves to PostgreSQL and back, with all it knows; the copy that was left is not used any more', async () => {
  const stage = { daemon, servers: world.fleet.servers.slice(0, 3), files: await writePageFiles(world.directory) };
  expect(await addCluster(stage, 'wonderful')).toMatchObject({ exit: 0 });
  const before = await everything();

  expect((await run('migrate-database', '--to', url)).stderr).toContain('another operations-centerd');
  await daemon.stop();
  const moved = await run('migrate-database', '--to', url);
  expect(moved).toMatchObject({ exit: 0 });
  expect(moved.stdout).toMatch(/^servers +4 +[0-9a-f]{16}$/m);
  const configuration = join(daemon.directory, 'daemon.yml');
  expect(readFileSync(configuration, 'utf8')).toContain(url);

  await daemon.restart();
  expect(await everything()).toEqual(before);
  // The inventory is not copied: the first scan fills it.
  const isFilled = () =>
    expectInventory(daemon, 'wonderful', 3).then(
      () => true,
      () => false,
    );
  await expect.poll(isFilled, { timeout: 30_000 }).toBe(true);
  await expectThePage(stage, 'wonderful');
  // What is new gets a number behind what was copied, and secrets can still be opened.
  expect(await daemon.cli('provisioning', 'cluster', 'remove', 'wonderful', '--force')).toMatchObject({ exit: 0 });
  await awaitReady(
    daemon,
    world.fleet.servers.map(({ name }) => name),
  );
  const later = await everything();
  await daemon.stop();

  writeFileSync(configuration, '');
  const stale = await run();
  expect(stale).toMatchObject({ exit: 1 });
  expect(stale.stderr).toContain('operations-center.db was copied to postgres://');
  expect((await run('migrate-database', '--to', url)).stderr).toContain('was copied to');

  writeFileSync(configuration, `database:\n  url: ${url}\n`);
  expect(await run('migrate-database', '--to-embedded')).toMatchObject({ exit: 0 });
  expect(existsSync(join(daemon.directory, 'operations-center.db.moved'))).toBe(true);
  expect((await run()).stderr).toContain(`remove database.url from ${configuration}`);
  writeFileSync(configuration, '');
  await daemon.restart();
  expect(await everything()).toEqual(later);
});

test('nothing is copied over what is there', async () => {
  await daemon.stop();
  const other = await createPostgresDatabase();
  expect(await run('migrate-database', '--to', other)).toMatchObject({ exit: 0 });
  writeFileSync(join(daemon.directory, 'daemon.yml'), '');
  const again = await run('migrate-database', '--to', other);
  expect(again.stderr).toContain('was copied to postgres://');
  const usage = await run('migrate-database');
  expect(usage.stderr).toContain('Usage: operations-centerd migrate-database --to URL | --to-embedded');
});
