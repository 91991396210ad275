import { expect, test } from 'vitest';
import { runSoak } from '../lib/soak.ts';

test('after hours of changes and troubles the inventory is what the clusters hold, object by object', {
  timeout: 240_000,
}, async () => {
  const end = await runSoak({ hours: 6, changes: 6_000, say: () => {} });
  console.log(JSON.stringify({ ...end, wrong: end.wrong.length }));
  expect(end.wrong).toEqual([]);
  expect(end.changes).toBeGreaterThan(5_000);
  expect(end.daemonKills).toBeGreaterThan(0);
});
