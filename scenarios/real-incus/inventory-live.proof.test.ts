import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LiveStage, startLiveStage, tellLostClusterStory, tellLostMemberStory } from '../lib/live-story.ts';
import { realTrio } from '../lib/trio.ts';

// A real Incus takes most of a minute to tell all that it has while a member is gone.
let stage: LiveStage;
beforeAll(async () => {
  stage = await startLiveStage(await realTrio());
});
afterAll(async () => {
  await stage?.eyes.close();
  await stage?.stop();
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
