import { expect, test } from 'vitest';
import {
  sentAtTheEndOfPruning,
  sentInApplyStory,
  startApplyStage,
  tellApplyStory,
  tellConflictStory,
  tellPruneStory,
} from '../lib/apply-story.ts';
import { startLab } from '../lib/lab.ts';
import { debug, oneOfEach } from '../lib/record-transcript.ts';
import { writePageFiles } from '../lib/world.ts';

test('on real Incus a file applied twice changes nothing, and a changed one just what differs', async () => {
  const lab = await startLab({ members: 3, daemon: debug });
  try {
    const { daemon, servers, directory } = lab;
    const files = await writePageFiles(directory, await oneOfEach());
    const stage = await startApplyStage({ daemon, servers, files }, 'wonderful');
    expect(await tellApplyStory(stage)).toEqual(sentInApplyStory);
    expect(await tellConflictStory(stage)).toBe('For the web');
    expect(await tellPruneStory(stage)).toEqual(sentAtTheEndOfPruning);
    await stage.eyes.close();
  } finally {
    await lab.stop();
  }
});
