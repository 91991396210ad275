import { expect, test } from 'vitest';
import { makeSealer } from '../../../platform/keys/sealing.ts';
import type { PlannedItem } from '../plan/plan.ts';
import { appliedByCreation, preseedBefore } from './last-applied.plan.ts';

const sealer = makeSealer(Buffer.alloc(32, 7));
const seal = (value: unknown) => sealer.seal(JSON.stringify(value));

test('what a creation applied: its file, and its items with the defaults in them', () => {
  const pool: PlannedItem = {
    ...{ key: 'storage-pool/local', kind: 'storage-pool', name: 'local', project: '', pool: '', after: [] },
    ...{ action: 'create', wanted: seal({ description: 'Local', config: {} }) },
    per_member: { server1: seal({ source: 'local/incus' }) },
  };
  const request = seal({ application_seed_config: { config: { 'user.a': 'b' } }, services_config: {} });
  const last = appliedByCreation({ request, plan: JSON.stringify({ items: [pool] }) }, sealer);
  expect(preseedBefore(last, sealer).config).toEqual({ 'user.a': 'b' });
  const known = last.items['storage-pool/local'];
  expect(known).toMatchObject({ made: true });
  expect(JSON.parse(sealer.open(known?.values ?? seal(null)))).toEqual({
    '': { description: 'Local' },
    server1: { 'config.source': 'local/incus' },
  });
});
