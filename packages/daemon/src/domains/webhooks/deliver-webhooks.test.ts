import { expect, test } from 'vitest';
import { secret, startReceiver, startWorld } from './test-world.ts';
import { attemptsAllowed } from './webhook.rules.ts';
import { webhooksPath as path } from './webhook.ts';

test('a receiver that fails is tried by policy, given up with a warning, which goes when it answers again', async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'night', url: receiver.url, secret });
  receiver.wish.status = 500;
  await world.run('ask');
  await world.pass(0);
  await world.pass(9_000);
  expect(receiver.seen).toHaveLength(1);
  await world.pass(1_000);
  expect(receiver.seen).toHaveLength(2);
  for (let at = 2; at < attemptsAllowed + 2; at += 1) await world.pass(3_600_000);
  expect(receiver.seen).toHaveLength(attemptsAllowed);
  expect(new Set(receiver.seen.map(({ headers }) => headers['x-operations-center-delivery'])).size).toBe(1);
  const about = async () => (await world.warnings.list()).filter(({ scope }) => scope.scope === 'webhook');
  expect(await about()).toMatchObject([{ type: 'Webhook does not answer', scope: { entity: 'night' } }]);
  expect((await world.ask('GET', `${path}/night/deliveries`)).body.metadata).toMatchObject([
    { state: 'given_up', attempts: attemptsAllowed, next_at: null, last_answer: 'HTTP 500' },
  ]);
  receiver.wish.status = 200;
  await world.run('fail');
  await world.pass(0);
  expect(await about()).toEqual([]);
  await receiver.close();
});

test("a try that somebody makes is nobody else's, whatever his clock says, until it must be over", async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'night', url: receiver.url, secret });
  await world.run('ask');
  // Another daemon, whose try never ends.
  const other = world.makeLoop({ send: () => new Promise(() => {}) });
  void other.look(new AbortController().signal);
  await expect.poll(() => world.deliveries()).toMatchObject([{ attempts: 1 }]);
  await world.pass(3_600_000);
  expect(receiver.seen).toHaveLength(0);
  await world.endHolds();
  await world.pass(0);
  expect(receiver.seen).toHaveLength(1);
  expect(await world.deliveries()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  await receiver.close();
});

test('tries whose end cannot be written are counted all the same, and are no more than allowed', async () => {
  const fails = (name: string) => name === 'webhook told';
  await using world = await startWorld({ fails });
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'night', url: receiver.url, secret });
  await world.run('ask');
  for (let at = 0; at < attemptsAllowed; at += 1) {
    await expect(world.pass(3_600_000)).rejects.toThrow('it is full');
    await world.endHolds();
  }
  await world.pass(3_600_000);
  await world.pass(3_600_000);
  expect(receiver.seen).toHaveLength(attemptsAllowed);
  expect(await world.deliveries()).toMatchObject([
    { state: 'given_up', attempts: attemptsAllowed, last_answer: expect.stringContaining('could not be written') },
  ]);
  const scopes = (await world.warnings.list()).map(({ scope }) => scope.scope);
  expect(scopes).toContain('webhook');
  await receiver.close();
});

test('a failure that is told late says nothing about a newer try; that it was taken is so', async () => {
  await using world = await startWorld();
  const receiver = await startReceiver();
  await world.ask('POST', path, { name: 'night', url: receiver.url, secret });
  await world.run('ask');
  receiver.wish.status = 500;
  for (const delivered of [false, true]) {
    const { promise: answer, resolve } = Promise.withResolvers<{ delivered: boolean; text: string }>();
    const { promise: asked, resolve: begin } = Promise.withResolvers<void>();
    const slow = world.makeLoop({ send: () => (begin(), answer) }).look(new AbortController().signal);
    await asked;
    await world.endHolds();
    await world.pass(3_600_000);
    const [newer] = await world.deliveries();
    expect(newer).toMatchObject({ state: 'waiting', last_answer: 'HTTP 500' });
    resolve({ delivered, text: 'late' });
    await slow;
    expect(await world.deliveries()).toMatchObject(delivered ? [{ state: 'delivered', last_answer: 'late' }] : [newer]);
    world.later(3_600_000);
  }
  await receiver.close();
});
