import { test } from 'vitest';
import { dirPool, startLab } from '../lib/lab.ts';
import { expectOwnValues } from '../lib/own-values-story.ts';

test('on real Incus each server gets its own services and sources', async () => {
  const lab = await startLab({ members: 3 });
  try {
    const { daemon, servers, directory } = lab;
    const makeFolder = async (server: string, path: string): Promise<void> => {
      const index = servers.find(({ name }) => name === server)?.index ?? 0;
      await lab.lab('exec', String(index), 'mkdir', '-p', path);
    };
    await expectOwnValues({ daemon, servers, directory, extra: dirPool, makeFolder });
  } finally {
    await lab.stop();
  }
});
