import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApplyStage, startApplyStage } from '../lib/apply-story.ts';
import { addSecret, changeByHand, expectDerivedTemplateIsTheCluster } from '../lib/export-story.ts';
import { debug, oneOfEach } from '../lib/record-transcript.ts';
import { startWorld, type World, writePageFiles } from '../lib/world.ts';

let world: World;
let stage: ApplyStage;

beforeAll(async () => {
  world = await startWorld({ servers: 6, daemon: debug });
  const files = await writePageFiles(world.directory, await oneOfEach());
  const servers = world.fleet.servers.slice(0, 3);
  addSecret(files.application);
  stage = await startApplyStage({ daemon: world.daemon, servers, files }, 'wonderful');
});
afterAll(async () => {
  await stage?.eyes.close();
  await world.stop();
});

test('a template of a living cluster comes, with its own values, to what is there; another cluster can be made of it', async () => {
  const { daemon, fleet, directory } = world;
  await changeByHand(stage);
  stage.changes();
  const { template, values } = await expectDerivedTemplateIsTheCluster(stage, directory, daemon.cli);
  expect(stage.changes()).toEqual([]);

  // The values of another cluster: who is in its group.
  const own = readFileSync(values, 'utf8');
  writeFileSync(values, own.replace('server1', 'server4').replace('server3', 'server6'));
  const [first] = fleet.servers.slice(3);
  const from = [
    '--cluster-template',
    template,
    '--cluster-template-variables',
    values,
    '-s',
    'server4,server5,server6',
  ];
  const added = await daemon.cli('provisioning', 'cluster', 'add', 'second', first?.url ?? '', ...from);
  expect(added, added.stderr).toMatchObject({ exit: 0 });
  const of = async (url: string) => {
    const { eyes } = stage;
    const [web, hand, server] = await Promise.all([
      eyes.get<{ config: object; devices: object }>(url, '/1.0/profiles/web?project=team'),
      eyes.get<{ config: object }>(url, '/1.0/profiles/handmade'),
      eyes.get<{ config: Record<string, string> }>(url, '/1.0'),
    ]);
    const { 'user.hand': note, 'user.door_token': word } = server.config;
    return [web.config, web.devices, hand.config, note?.replace(/ \S+$/, ''), word];
  };
  expect(await of(first?.url ?? '')).toEqual(await of(stage.url));
});
