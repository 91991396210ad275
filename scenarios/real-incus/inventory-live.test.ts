import { afterAll, beforeAll, expect, test } from 'vitest';
import { changes, type LiveStage, onlyReal, startLiveStage, tellLiveStory } from '../lib/live-story.ts';
import { realTrio } from '../lib/trio.ts';
import { showTimes, tellWatchedStory } from '../lib/watched-story.ts';

let stage: LiveStage;
beforeAll(async () => {
  stage = await startLiveStage(await realTrio());
});
afterAll(async () => {
  await stage?.eyes.close();
  await stage?.stop();
});

test('what is changed in Incus is in the inventory at once', async () => {
  const told = await tellLiveStory(stage, [...changes, ...onlyReal]);
  console.log(told.map(({ did, ms }) => `${did}: ${ms} ms`).join('\n'));
  expect(told.length).toBeGreaterThan(10);
});

test('--watch shows what changes as it changes, also what changed while the member that told it was dead', async () => {
  const { told, missed } = await tellWatchedStory(stage, [...changes, ...onlyReal]);
  console.log(`--watch: ${told.length} changes, ${showTimes(told)}; while the member was dead: ${missed} ms`);
  expect(told.length).toBeGreaterThan(10);
});
