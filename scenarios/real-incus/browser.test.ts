import { afterAll, expect, test } from 'vitest';
import { openLook, startBrowser } from '../lib/browser.ts';
import { createByMouse } from '../lib/browser-story.ts';
import { realTrio, type Trio } from '../lib/trio.ts';
import { listServers } from '../lib/world.ts';

let trio: Trio | undefined;
afterAll(() => trio?.stop());

test('the main job by mouse makes a cluster of three real Incus', async () => {
  trio = await realTrio();
  const browser = await startBrowser();
  try {
    const look = await openLook(browser, trio.daemon);
    await createByMouse(look, trio);
    look.expectQuiet();
  } finally {
    await browser.close();
  }
  const clusters = (await listServers(trio.daemon)).map(({ cluster }) => cluster);
  expect(clusters).toEqual(['wonderful', 'wonderful', 'wonderful']);
});
