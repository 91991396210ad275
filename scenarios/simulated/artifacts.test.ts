import { afterAll, beforeAll, test } from 'vitest';
import { expectRichArtifacts } from '../lib/rich-application.ts';
import { startWorld, type World } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 1 });
});
afterAll(() => world?.stop());

test('the artifacts of a rich configuration hold no secret, and say what stands', () =>
  expectRichArtifacts({ ...world, servers: world.fleet.servers }));
