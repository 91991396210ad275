import { expect, test } from 'vitest';
import { startWorld, type World } from '../testing/world.ts';
import { digestPendingAnew } from './pending-digests.store.ts';

const template = {
  name: 'branch',
  application_config_template: 'config:\n  user.note: "@WORD@ of @CLUSTER_NAME@"\n',
  variables: { WORD: { description: '', default: 'a word' } },
};
const digestOf = async (world: World): Promise<unknown> => {
  const [row] = await world.database.rows<{ request_digest: string }>(
    "select request_digest from clusters where status = 'pending'",
  );
  return row?.request_digest;
};

test.each([
  ['two files', { services_config: {}, application_seed_config: { config: { 'user.note': 'x' } } }],
  ['no files', {}],
  [
    'a file with built-in variables',
    { builtin_variables: true, application_seed_config: { config: { 'user.note': '@CLUSTER_NAME@' } } },
  ],
  ['a template', { cluster_template: 'branch', cluster_template_variable_values: { WORD: 'x' } }],
  ['a template, and files that are dropped', { cluster_template: 'branch', services_config: { lvm: 7 } }],
])('a creation under way from %s is known by the same digest when that is made anew', async (_, change) => {
  await using world = await startWorld(1);
  world.work.wish = 'wait'; // so that it is still under way when it is looked at
  await world.ask('POST', '/1.0/provisioning/cluster-templates', template);
  expect(await world.create(change, '?wait=false')).toMatchObject({ status: 202 });
  const before = await digestOf(world);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  // With the same key, so that nothing but the words can make a difference.
  await world.database.write('rotate', (tx) => digestPendingAnew(tx, world.sealer));
  expect(await digestOf(world)).toBe(before);
  world.work.go();
});
