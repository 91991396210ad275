import { afterAll, beforeAll, test } from 'vitest';
import { dirPool, type Lab, startLab } from '../lib/lab.ts';
import { expectThePageFromTemplate } from '../lib/template-story.ts';
import { writePageFiles } from '../lib/world.ts';

let lab: Lab | undefined;
beforeAll(async () => {
  lab = await startLab({ members: 3 });
});
afterAll(() => lab?.stop());

test("the page's file of values makes its cluster on three real Incus, through a template with types", async () => {
  if (lab === undefined) throw new Error('no lab');
  const { daemon, servers, directory } = lab;
  const files = await writePageFiles(directory, dirPool);
  await expectThePageFromTemplate({ daemon, servers, files }, directory, 'typed');
});
