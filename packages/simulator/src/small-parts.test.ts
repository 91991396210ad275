import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addressesOf } from './addresses.ts';
import { makeCertificates } from './certificates.ts';
import { manualClock, systemClock } from './clock.ts';
import { checkDescriptors } from './descriptors.ts';
import { makeIdentity } from './identity.ts';
import { parseGoDuration } from './incus-os/go-duration.ts';
import { makeRequestLog } from './request-log.ts';

const directory = mkdtempSync(join(tmpdir(), 'sim-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('addresses count on from .11 and never leave loopback', () => {
  const addressOf = addressesOf('127.77.0.0/16');
  expect([1, 2, 246, 10_000].map(addressOf)).toEqual(['127.77.0.11', '127.77.0.12', '127.77.1.0', '127.77.39.26']);
  expect(() => addressesOf('127.77.0.0/28')(5)).toThrow('has no room for server 5');
  for (const network of ['10.0.0.0/16', '127.77.0.0', '127.77.0.0/30', 'x/16'])
    expect(() => addressesOf(network)).toThrow('only a loopback network');
});

test('certificates come back from the cache, by seed, readable by nobody else', async () => {
  const cache = join(directory, 'certificates');
  const first = makeCertificates('s', 'P-256', cache);
  const made = await first.get('server1', 'server1');
  first.save();
  expect(await makeCertificates('s', 'P-256', cache).get('server1', 'server1')).toMatchObject({
    fingerprint: made.fingerprint,
    key: made.key,
  });
  expect((await makeCertificates('t', 'P-256', cache).get('server1', 'server1')).fingerprint).not.toBe(
    made.fingerprint,
  );
  expect(statSync(cache).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(cache)) appendFileSync(join(cache, file), '{"label": "ser');
  expect(await makeCertificates('s', 'P-256', cache).get('server1', 'server1')).toMatchObject({ key: made.key });
});

test('the same seed gives the same machine, another name another one', () => {
  const [one, again, other] = [makeIdentity('s', 'a'), makeIdentity('s', 'a'), makeIdentity('s', 'b')];
  expect([one.system_uuid, one.serial, one.mac(0)]).toEqual([again.system_uuid, again.serial, again.mac(0)]);
  expect(
    [one.system_uuid, one.serial, one.mac(0)].some((value) =>
      [other.system_uuid, other.serial, other.mac(0)].includes(value),
    ),
  ).toBe(false);
  expect(one.system_uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('the test clock is read from its file, again when that changes, and only in tests', () => {
  const file = join(directory, 'clock.json');
  writeFileSync(file, JSON.stringify({ base_ms: 1_000_000, rate: 0 }));
  const environment = { OPERATIONS_CENTER_TEST_CLOCK: file, OPERATIONS_CENTER_TEST: '1' };
  const clock = systemClock(1, environment);
  expect(clock.nowMs()).toBe(1_000_000);
  writeFileSync(file, JSON.stringify({ offset_ms: 5 }));
  utimesSync(file, 1, 1);
  expect(clock.nowMs()).toBe(1_000_005);
  expect(() => systemClock(1, { OPERATIONS_CENTER_TEST_CLOCK: file })).toThrow('OPERATIONS_CENTER_TEST is not 1');
});

test('the manual clock runs what falls due, in order, what is started meanwhile too', async () => {
  const clock = manualClock(0);
  const seen: string[] = [];
  clock.afterMs(20, () => seen.push(`b ${clock.nowMs()}`));
  clock.afterMs(10, () => clock.afterMs(5, () => seen.push(`a ${clock.nowMs()}`)));
  clock.afterMs(12, () => seen.push('never'))();
  await clock.advance(30);
  expect([seen, clock.nowMs()]).toEqual([['a 15', 'b 20'], 30]);
});

test('too few descriptors are named before anything listens', () => {
  const limits =
    'Limit  Soft Limit  Hard Limit\nMax open files            1024                 4096                 files\n';
  expect(() => checkDescriptors(1_000, limits)).toThrow("run 'ulimit -n 1512' first");
  expect(() => checkDescriptors(500, limits)).not.toThrow();
});

test.each([
  ['6h', 21_600_000],
  ['1m30s', 90_000],
  ['-1h', -3_600_000],
  ['1.5s', 1_500],
  ['250ms', 250],
  ['0', 0],
])('%s as Go reads it', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});

test.each([
  ['', 'time: invalid duration ""'],
  ['5', 'time: missing unit in duration "5"'],
  ['1d', 'time: invalid duration "1d"'],
])('%j is no duration', (text, message) => {
  expect(() => parseGoDuration(text)).toThrow(message);
});

test('the log keeps the newest requests and tells bodies that are no JSON by their hash', () => {
  const log = makeRequestLog(() => 0, 2);
  const add = (path: string, body: string) =>
    log.add({
      server: path === '/c' ? 's2' : 's1',
      method: 'PUT',
      path,
      query: '',
      status: 200,
      body: Buffer.from(body),
    });
  add('/a', '{"x":1}');
  add('/b', 'no json');
  add('/c', '');
  expect(log.list().map(({ seq, path, body }) => ({ seq, path, body }))).toEqual([
    { seq: 2, path: '/b', body: { bytes: 7, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    { seq: 3, path: '/c', body: null },
  ]);
  expect([log.forgotten(), log.list('s2').length]).toEqual([1, 1]);
  log.clear();
  expect(log.list()).toEqual([]);
});
