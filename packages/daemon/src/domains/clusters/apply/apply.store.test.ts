import { expect, test } from 'vitest';
import { startWorld } from '../testing/world.ts';
import { type ApplyPlanRow, saveApplyPlan } from './apply.store.ts';

test('of the plans of a cluster that nobody ran the newest hundred are kept; those that ran, and of others, stay', async () => {
  await using world = await startWorld();
  await world.create({});
  await world.create({ name: 'other', server_names: ['server2'] });
  const rows = await world.database.rows<{ id: string; name: string }>('select id, name from clusters');
  const idOf = (name: string): string => rows.find((row) => row.name === name)?.id ?? '';
  const save = (id: string, created_at: number, more: Partial<ApplyPlanRow> = {}): Promise<void> => {
    const words = { request: 'r', shown: 's', plan: 'p', facts: 'f', requested_by: 'me' };
    const row = { id, cluster: idOf('wonderful'), ...words, created_at, expires_at: 1_000_000, operation: null };
    return world.database.write('test', (tx) => saveApplyPlan(tx, { ...row, ...more }));
  };
  await save('ran', 1, { operation: 'op1' });
  await save('of-other', 1, { cluster: idOf('other') });
  for (let at = 1; at <= 100; at += 1) await save(`p${at}`, at);
  const kept = async () =>
    (await world.database.rows<{ id: string }>('select id from apply_plans')).map(({ id }) => id);
  expect(await kept()).toHaveLength(102);
  // Made again it is a new one.
  await save('p1', 101);
  await save('p101', 102);
  const now = await kept();
  expect(now).toHaveLength(102);
  expect(now).toEqual(expect.arrayContaining(['ran', 'of-other', 'p1', 'p101']));
  expect(now).not.toContain('p2');
});
