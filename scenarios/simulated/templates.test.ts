import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectThePageFromTemplate } from '../lib/template-story.ts';
import { startWorld, type World, writePageFiles } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 6 });
});
afterAll(() => world.stop());

test.each(['untyped', 'typed'] as const)(
  "the page's file of values makes its cluster through a template: %s",
  async (kind) => {
    const { daemon, fleet, directory } = world;
    const half = kind === 'typed' ? 3 : 0;
    const stage = { daemon, servers: fleet.servers.slice(half, half + 3), files: await writePageFiles(directory) };
    await expectThePageFromTemplate(stage, directory, kind);
    expect(await daemon.cli('provisioning', 'cluster', 'remove', 'wonderful', '--force')).toMatchObject({ exit: 0 });
  },
);
