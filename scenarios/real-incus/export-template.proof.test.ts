import { expect, test } from 'vitest';
import { startApplyStage } from '../lib/apply-story.ts';
import { addSecret, changeByHand, expectDerivedTemplateIsTheCluster } from '../lib/export-story.ts';
import { startLab } from '../lib/lab.ts';
import { debug, oneOfEach } from '../lib/record-transcript.ts';
import { writePageFiles } from '../lib/world.ts';

test('a template of a cluster on real Incus comes, with its own values, to what is there', async () => {
  const lab = await startLab({ members: 3, daemon: debug });
  try {
    const { daemon, servers, directory } = lab;
    const files = await writePageFiles(directory, await oneOfEach());
    addSecret(files.application);
    const stage = await startApplyStage({ daemon, servers, files }, 'wonderful');
    await changeByHand(stage);
    stage.changes();
    await expectDerivedTemplateIsTheCluster(stage, directory, daemon.cli);
    expect(stage.changes()).toEqual([]);
    await stage.eyes.close();
  } finally {
    await lab.stop();
  }
});
