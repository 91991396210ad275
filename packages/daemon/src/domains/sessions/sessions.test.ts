import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeTestDirectory } from '@operations-center/database/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../platform/http/answer.ts';
import type { MainDatabase } from '../../schema.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeTestLog } from '../events/test-log.ts';
import { lives, readCookie } from './session.ts';
import { makeSessionService, type SessionParts, type SessionService } from './sessions.service.ts';
import { answerSignIn, findByCookie } from './sign-in.service.ts';

const start = Date.parse('2026-11-22T12:00:00Z');
let nowMs = start;
let place: { path: string; end(): void };
let database: MainDatabase;
let parts: SessionParts;
let sessions: SessionService;

beforeEach(async () => {
  nowMs = start;
  place = makeTestDirectory();
  database = await openTestDatabase(join(place.path, 'operations-center.db'));
  const clock = { nowMs: () => nowMs, sleepUntil: async () => undefined };
  parts = { database, clock, events: makeTestLog(clock), log: { warn: () => undefined } };
  sessions = await makeSessionService(parts);
});
afterEach(async () => {
  await database.close();
  place.end();
});

const caller = (more: Partial<Caller> = {}): Caller => ({
  ...{ protocol: 'tls', user: 'f'.repeat(64), trusted: true, fingerprint: undefined, certificate: () => undefined },
  ...more,
});
const from = { address: '127.0.0.1', agent: 'a browser' };
async function signIn(): Promise<string> {
  const { key } = await sessions.makeLink(caller());
  const cookie = await sessions.signIn(key, from);
  if (cookie === undefined) throw new Error('the link was refused');
  return cookie;
}

test('a link signs one browser in, within two minutes, with the rights of who made it', async () => {
  const { key, expires_at } = await sessions.makeLink(caller());
  expect(expires_at).toBe(start + 120_000);
  const cookie = await sessions.signIn(key, from);
  expect(sessions.find(String(cookie))).toMatchObject({ made_by: 'f'.repeat(64), ...from });
  expect(await sessions.signIn(key, from)).toBeUndefined();
  const late = await sessions.makeLink(caller({ protocol: 'unix', user: '' }));
  nowMs += 120_000;
  expect(await sessions.signIn(late.key, from)).toBeUndefined();
  expect(await sessions.signIn('nonsense', from)).toBeUndefined();
});

test('no key stands in the database', async () => {
  const { key } = await sessions.makeLink(caller());
  const cookie = await signIn();
  const rows = [
    ...(await database.rows('select * from sign_in_links', [])),
    ...(await database.rows('select * from sessions', [])),
  ];
  expect(rows).toHaveLength(2);
  for (const secret of [key, cookie]) expect(JSON.stringify(rows)).not.toContain(secret);
});

test('a session ends without requests, in any case after a week, and when somebody ends it', async () => {
  const idle = await signIn();
  nowMs += lives.idleMs - 1;
  expect(sessions.find(idle)).toBeDefined();
  nowMs += lives.idleMs;
  expect(sessions.find(idle)).toBeUndefined();
  const busy = await signIn();
  for (const until = nowMs + lives.sessionMs; nowMs < until; nowMs += 3_600_000)
    expect(sessions.find(busy)).toBeDefined();
  expect(sessions.find(busy)).toBeUndefined();
  const ended = await signIn();
  const [one, ...others] = await sessions.list(sessions.find(ended)?.id);
  expect([one?.is_own, others]).toEqual([true, []]);
  await sessions.remove(String(one?.id));
  expect(sessions.find(ended)).toBeUndefined();
  await expect(sessions.remove(String(one?.id))).rejects.toMatchObject({ code: 'session_not_found' });
});

test('a session outlives the daemon, and what is dead is forgotten', async () => {
  const cookie = await signIn();
  expect((await makeSessionService(parts)).find(cookie)).toBeDefined();
  nowMs += lives.sessionMs;
  await sessions.reload();
  expect(await database.rows('select id from sessions', [])).toEqual([]);
});

test('the page behind the link gives the cookie and leads on; a link that was used says what to do', async () => {
  const server: Server = createServer((request, response) => void answerSignIn(sessions, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server
  const { key } = await sessions.makeLink(caller());
  const reply = await fetch(`${base}/ui/sign-in?key=${key}`, { redirect: 'manual' });
  expect([reply.status, reply.headers.get('location')]).toEqual([303, '/ui/']);
  const given = String(reply.headers.get('set-cookie'));
  expect(given).toMatch(
    /^__Host-operations-center=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=604800$/,
  );
  expect(findByCookie(sessions, given.split(';')[0])).toBeDefined();
  for (const wrong of [`key=${key}`, '', 'key=', `key=${'x'.repeat(5_000)}`]) {
    const refused = await fetch(`${base}/ui/sign-in?${wrong}`, { redirect: 'manual' });
    expect([refused.status, refused.headers.get('set-cookie')]).toEqual([403, null]);
    expect(await refused.text()).toContain('operations-center ui');
  }
  server.closeAllConnections();
  server.close();
});

test('only a cookie of ours is read, among whatever else a browser sends', () => {
  const key = 'k'.repeat(43);
  expect(readCookie(`a=b; __Host-operations-center=${key}; c=d`)).toBe(key);
  for (const header of [
    undefined,
    '',
    'a=b',
    `operations-center=${key}`,
    '__Host-operations-center=short',
    `x__Host-operations-center=${key}`,
  ])
    expect(readCookie(header)).toBeUndefined();
});
