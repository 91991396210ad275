import { afterAll, beforeAll, expect, test } from 'vitest';
import { dirPool, type Lab, startLab } from '../lib/lab.ts';
import {
  addCluster,
  expectNeverThere,
  expectThePage,
  lastOperation,
  type Stage,
  standingsOf,
  untilRunning,
} from '../lib/story.ts';
import { until, writePageFiles } from '../lib/world.ts';

let lab: Lab | undefined;
let stage: Stage;
beforeAll(async () => {
  lab = await startLab({ members: 3 });
  stage = { daemon: lab.daemon, servers: lab.servers, files: await writePageFiles(lab.directory, dirPool) };
});
afterAll(() => lab?.stop());

test('an incusd that is killed during its join and started again: every server is as it was', async () => {
  const before = await standingsOf(stage);
  const adding = addCluster(stage, 'wonderful');
  await untilRunning(stage.daemon, 'await-member/server3');
  // The process itself, not the script: a join takes no longer than a script to start.
  const incusd = lab?.servers[2]?.incusd;
  if (typeof incusd !== 'number') throw new Error('server3 has no incusd');
  process.kill(incusd, 'SIGKILL');
  await until('the operation to wait for server3', async () =>
    (await lastOperation(stage.daemon)).metadata.waits.some((wait) => wait.observed?.text.includes('server3') ?? false),
  );
  await lab?.lab('start', '3');
  const added = await adding;
  const { metadata } = await lastOperation(stage.daemon);
  expect([added.exit, metadata.status]).toEqual([1, 'undone']);
  await expectNeverThere(stage, 'wonderful', before);
});

test("the cluster of the user's page on three real Incus", async () => {
  expect(await addCluster(stage, 'wonderful')).toMatchObject({ exit: 0 });
  await expectThePage(stage, 'wonderful');
});
