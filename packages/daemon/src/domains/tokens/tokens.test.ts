import { join } from 'node:path';
import { makeTestDirectory } from '@operations-center/database/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MainDatabase } from '../../schema.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeTestLog } from '../events/test-log.ts';
import { makeTokenService, type TokenService } from './tokens.service.ts';

let nowMs = Date.parse('2026-11-22T12:00:00Z');
let place: { path: string; end(): void };
let database: MainDatabase;
let tokens: TokenService;

beforeEach(async () => {
  place = makeTestDirectory();
  database = await openTestDatabase(join(place.path, 'operations-center.db'));
  const clock = { nowMs: () => nowMs, sleepUntil: async () => undefined };
  const events = makeTestLog(clock);
  tokens = makeTokenService({ database, clock, events, defaultChannel: () => 'stable' });
});
afterEach(async () => {
  await database.close();
  place.end();
});

const wish = { uses_remaining: 3, expire_at: '2026-11-23T12:00:00Z', description: 'for the fleet', channel: '' };
const take = (uuid: string) => database.write('take', (tx) => tokens.takeUse(tx, uuid));

test('a token without a channel gets the default one, and keeps what was sent', async () => {
  const uuid = await tokens.create(wish);
  expect(await tokens.load(uuid.toUpperCase())).toEqual({ ...wish, channel: 'stable', uuid });
  expect(await tokens.list()).toHaveLength(1);
});

test.each([
  [{ uses_remaining: -1 }, 'token_invalid'],
  [{ expire_at: '2026-11-21T12:00:00Z' }, 'token_invalid'],
  [{ channel: 'nope' }, 'channel_unknown'],
])('a token with %o is refused', async (change, code) => {
  await expect(tokens.create({ ...wish, ...change })).rejects.toMatchObject({ code });
  expect(await tokens.list()).toEqual([]);
});

test('of a hundred takers at once just as many get a use as there are', async () => {
  const uuid = await tokens.create(wish);
  const takers = await Promise.allSettled(Array.from({ length: 100 }, () => take(uuid)));
  expect(takers.filter((taker) => taker.status === 'fulfilled')).toHaveLength(3);
  expect((await tokens.load(uuid)).uses_remaining).toBe(0);
  await expect(take(uuid)).rejects.toMatchObject({ code: 'token_exhausted', status: 400 });
});

test('a registration that fails gives its use back', async () => {
  const uuid = await tokens.create(wish);
  const failing = database.write('register', async (tx) => {
    await tokens.takeUse(tx, uuid);
    throw new Error('the name is taken');
  });
  await expect(failing).rejects.toThrow('the name is taken');
  expect((await tokens.load(uuid)).uses_remaining).toBe(3);
});

test('an expired token and an unknown one are told apart', async () => {
  const uuid = await tokens.create(wish);
  nowMs += 2 * 86_400_000;
  await expect(take(uuid)).rejects.toMatchObject({ code: 'token_expired', status: 400 });
  await expect(take('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
    code: 'token_unknown',
    status: 403,
  });
  nowMs -= 2 * 86_400_000;
});

test('an update sees the token as it is and may refuse', async () => {
  const uuid = await tokens.create(wish);
  const refuse = () => {
    throw new Error('changed meanwhile');
  };
  await expect(tokens.update(uuid, { ...wish, channel: 'stable', uses_remaining: 9 }, refuse)).rejects.toThrow(
    'changed meanwhile',
  );
  expect((await tokens.load(uuid)).uses_remaining).toBe(3);
  await tokens.update(uuid, { ...wish, channel: 'stable', uses_remaining: 9 }, () => undefined);
  expect((await tokens.load(uuid)).uses_remaining).toBe(9);
});

test('what is not there is told so, and no UUID is told differently', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  await expect(tokens.load(unknown)).rejects.toMatchObject({ code: 'token_not_found' });
  await expect(tokens.remove(unknown)).rejects.toMatchObject({ code: 'token_not_found' });
  await expect(tokens.load('../etc')).rejects.toMatchObject({ code: 'query_invalid' });
});
