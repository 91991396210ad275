import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, startLab } from '../lib/lab.ts';
import { expectStateStands } from '../lib/provider-eyes.ts';
import { comparisonText } from '../recorded/comparison-text.ts';
import { compareEndState } from '../recorded/end-state.ts';
import { explainedRealState } from '../recorded/explained-state.ts';
import { judge, textOf } from '../recorded/explanations.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ members: 3 });
  for (const { index } of lab.servers) await giveBtrfs(index);
});
afterAll(() => lab?.stop());

/** The recorded cluster has its pool on btrfs, at this place. */
async function giveBtrfs(member: number): Promise<void> {
  const file = `/var/tmp/btrfs-${member}`;
  const make = `truncate -s 512M ${file} && mkfs.btrfs -q ${file} && mkdir -p /srv/btrfs && mount -o loop ${file} /srv/btrfs`;
  await lab.lab('exec', String(member), '/bin/sh', '-c', make);
}

test('a cluster of real Incus, from the inputs of a recorded one, ends as OC 0.8.1 left it', async () => {
  const state = await compareEndState(lab);
  const shown = process.env['SHOW_DIFFERENCES'];
  if (shown !== undefined) appendFileSync(shown, `${state.differences.map(textOf).join('\n')}\n`);
  const text = comparisonText(state, explainedRealState);
  console.info(text);
  expect(judge(state.differences, explainedRealState)).toEqual({ unexplained: [], idle: [] });
  await expect(text).toMatchFileSnapshot('../recorded/comparison.real-incus.txt');
});

test('its artifact says what stands: there is nothing for OpenTofu to add, change or destroy', async () => {
  // 5 of the whole, 1 per member: pool, two networks, server config; 3 volumes per member; projects, profiles, certificate.
  expect(await expectStateStands(lab.daemon, lab.servers[0]?.url ?? '', 'demo')).toBe(29);
});
