import { expect, test } from 'vitest';
import { saveApplyPlan, setApplyOperation } from '../apply/apply.store.ts';
import { startWorld, type World } from '../testing/world.ts';

const path = '/1.0/provisioning/plans';

const apply = 'a'.repeat(64);

/** One of each kind; that of applying as it would stand there: these servers have no Incus to compare with. */
async function planBoth(world: World): Promise<{ create: string }> {
  const one = { connection_url: 'https://10.0.0.1:8443', server_type: 'incus' };
  await world.create({ server_names: ['server1'] });
  const [cluster] = await world.database.rows<{ id: string }>('select id from clusters');
  const words = { request: 'r', shown: JSON.stringify({ id: apply, differences: [] }), plan: 'p', facts: '[]' };
  const row = { id: apply, cluster: cluster?.id ?? '', ...words, requested_by: 'unix', operation: null };
  await world.database.write('test', (tx) =>
    saveApplyPlan(tx, { ...row, created_at: Date.now() - 1_000, expires_at: Date.now() + 60_000 }),
  );
  const create = await world.ask('POST', '/1.0/provisioning/clusters/:plan', {
    ...one,
    name: 'next',
    server_names: ['server2'],
  });
  expect(create).toMatchObject({ status: 200 });
  return { create: create.body.metadata.id };
}

const listed = async (world: World): Promise<unknown> => (await world.ask('GET', path)).body.metadata;

test('plans of making and of applying stand in one list, are shown whole, and can be dropped', async () => {
  await using world = await startWorld();
  const { create } = await planBoth(world);
  expect(await listed(world)).toMatchObject([
    { id: apply, kind: 'apply', cluster: 'wonderful' },
    { id: create, kind: 'create', cluster: 'next' },
  ]);
  expect((await world.ask('GET', `${path}/${apply}`)).body.metadata).toMatchObject({ id: apply, differences: [] });
  expect((await world.ask('GET', `${path}/${create}`)).body.metadata).toMatchObject({ id: create, cluster: 'next' });
  expect(await world.ask('DELETE', `${path}/${apply}`)).toMatchObject({ status: 200 });
  expect(await listed(world)).toMatchObject([{ id: create }]);
  expect(await world.ask('GET', `${path}/${apply}`)).toMatchObject({ status: 404, body: { code: 'plan_not_found' } });
});

test('of a plan of applying that ran it is said which operation ran it, also by the beginning of its id', async () => {
  await using world = await startWorld();
  await planBoth(world);
  await world.database.write('test', (tx) => setApplyOperation(tx, apply, 'op1'));
  expect(await listed(world)).toMatchObject([{ kind: 'create' }]);
  for (const id of [apply, apply.slice(0, 12)])
    expect(await world.ask('GET', `${path}/${id}`)).toMatchObject({
      body: { code: 'plan_ran_already', details: { plan: apply, operation: 'op1' } },
    });
});
