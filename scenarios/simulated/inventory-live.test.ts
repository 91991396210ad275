import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  changes,
  type LiveStage,
  startLiveStage,
  tellLiveStory,
  tellLostClusterStory,
  tellLostMemberStory,
} from '../lib/live-story.ts';
import { simulatedTrio } from '../lib/trio.ts';
import { showTimes, tellWatchedStory } from '../lib/watched-story.ts';

let stage: LiveStage;
beforeAll(async () => {
  stage = await startLiveStage(await simulatedTrio());
});
afterAll(async () => {
  await stage?.eyes.close();
  await stage?.stop();
});

test('what is changed in Incus is in the inventory at once', async () => {
  const told = await tellLiveStory(stage);
  console.log(told.map(({ did, ms }) => `${did}: ${ms} ms`).join('\n'));
  expect(told.length).toBeGreaterThan(10);
});

test('--watch shows what changes as it changes, also what changed while the member that told it was dead', async () => {
  const { told, missed } = await tellWatchedStory(stage, changes);
  console.log(`--watch: ${told.length} changes, ${showTimes(told)}; while the member was dead: ${missed} ms`);
  expect(told.length).toBeGreaterThan(10);
});

test('the member that tells the events dies: another one does, and nothing is missed', async () => {
  const { before, after, ms } = await tellLostMemberStory(stage);
  console.log(`${before} died, ${after} tells on; a change in between was seen after ${ms} ms`);
  expect(after).not.toBe(before);
});

test('a cluster of which nobody answers keeps its inventory, marked stale, and is followed again', async () => {
  const lost = await tellLostClusterStory(stage);
  expect(lost).toMatchObject({ live: false, member: '', stale_since: expect.any(String) });
});
