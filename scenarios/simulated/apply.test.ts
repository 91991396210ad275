import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ApplyStage,
  sentInApplyStory,
  startApplyStage,
  tellApplyStory,
  tellConflictStory,
} from '../lib/apply-story.ts';
import { debug, oneOfEach } from '../lib/record-transcript.ts';
import { startWorld, type World, writePageFiles } from '../lib/world.ts';

let world: World;
let stage: ApplyStage;

beforeAll(async () => {
  world = await startWorld({ servers: 3, daemon: debug });
  const files = await writePageFiles(world.directory, await oneOfEach());
  stage = await startApplyStage({ daemon: world.daemon, servers: world.fleet.servers, files }, 'wonderful');
});
afterAll(async () => {
  await stage?.eyes.close();
  await world.stop();
});

test('a file applied twice changes nothing; one profile and one key of it change just these', async () => {
  expect(await tellApplyStory(stage)).toEqual(sentInApplyStory);
});

test('what others changed, too, is a conflict that a person chooses in', async () => {
  expect(await tellConflictStory(stage)).toBe('For the web');
});
