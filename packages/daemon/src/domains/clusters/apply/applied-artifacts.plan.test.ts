import { expect, test } from 'vitest';
import { makeSealer } from '../../../platform/keys/sealing.ts';
import type { PlannedItem } from '../plan/plan.ts';
import { appliedArtifacts } from './applied-artifacts.plan.ts';
import type { ApplyPlan } from './apply.ts';

const sealer = makeSealer(Buffer.alloc(32, 7));
const seal = (value: unknown) => sealer.seal(JSON.stringify(value));

const profile: PlannedItem = {
  ...{ key: 'profile/default/web', kind: 'profile', name: 'web', project: 'default', pool: '', after: [] },
  ...{ action: 'change', per_member: null },
  // What this file says; a device that an earlier one brought stands in the values only.
  wanted: seal({ name: 'web', description: 'Ours', config: { 'user.note': 'of hunter2hunter2' }, devices: {} }),
};
const values = {
  '': {
    description: 'Ours',
    'config.user.note': 'of hunter2hunter2',
    'devices.root': '{"path":"/","pool":"local","type":"disk"}',
  },
};
const seed = { profiles: [{ name: 'web', description: 'Ours', config: { 'user.note': 'of hunter2hunter2' } }] };
const plan: ApplyPlan = {
  ...{ cluster: 'wonderful', cluster_id: 'c', members: [{ name: 'server1', url: 'https://a:8443', pins: [] }] },
  ...{ through: 'server1', services: [], items: [], prunes: [], notes: [], secrets: seal(['hunter2hunter2']) },
  next: {
    ...{ seed: seal(seed), services: seal({}), overrides: seal({}), built_ins: false },
    items: { [profile.key]: { item: profile, made: true, in_file: true, values: seal(values) } },
  },
};
const made = (shown: string | undefined) => {
  const kept = {
    inputs: [
      { name: 'cluster.yaml', content: 'name: wonderful\n' },
      { name: 'application.yaml', content: 'old\n' },
    ],
    plan: [{ name: 'plan.json', content: '{}\n' }],
  };
  const all = appliedArtifacts({ plan, connection_url: 'https://a:8443', shown, kept, sealer });
  return new Map(all.flatMap(({ name, files }) => files.map((file) => [`${name}/${file.name}`, file.content])));
};

test('the files are those that were applied last; what was kept beside them stays', () => {
  const files = made('{"id":"1"}');
  expect(files.get('inputs/cluster.yaml')).toBe('name: wonderful\n');
  expect(files.get('inputs/application.yaml')).toContain('description: Ours');
  expect(files.get('plan/plan.json')).toBe('{}\n');
  expect(files.get('plan/last-apply.json')).toBe('{\n  "id": "1"\n}\n');
  // A plan whose words are gone takes nothing with it.
  expect(made(undefined).has('plan/last-apply.json')).toBe(false);
});

test('the configuration says all that was ever applied of an item', () => {
  const text = made(undefined).get('terraform-configuration/resources_profiles.tf');
  expect(text).toContain('Ours');
  expect(text).toMatch(/"?pool"? += /);
});

test('the values of secret variables of the template are nowhere', () => {
  for (const [name, content] of made('{}')) expect(content, name).not.toContain('hunter2');
});
