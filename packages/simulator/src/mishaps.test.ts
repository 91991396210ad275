import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { type Fleet, makeFleet } from './fleet.ts';
import { makeInProcessDoor } from './in-process-door.ts';
import { isMishap, makeMishaps } from './mishaps.ts';

const directory = mkdtempSync(join(tmpdir(), 'mishaps-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function oneServer() {
  const door = makeInProcessDoor();
  const fleet: Fleet = makeFleet({
    namePrefix: 'server',
    network: '127.8.0.0/24',
    seed: 'mishaps',
    latencyMs: 0,
    concurrency: 1,
    curve: 'P-256',
    clock: systemClock(),
    faults: [],
    pace: 0,
    door,
    cacheDirectory: directory,
    registered: () => {},
    failed: () => {},
    silence: async () => {
      throw Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
    },
  });
  const [server] = await fleet.add(1);
  const address = server?.address ?? '';
  const ask = (method: string, path: string, body?: unknown) =>
    door.ask(address, {
      method,
      path,
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      clientFingerprint: undefined,
      clientCertificatePem: undefined,
      local: true,
      signal: new AbortController().signal,
    });
  return { fleet, door, address, ask };
}

test('a mishap befalls the n-th call of its kind and no other', () => {
  const mishaps = makeMishaps();
  const call = { server: 'server1', method: 'GET', path: '/1.0' };
  mishaps.set([{ ...call, nth: 2, what: 'busy' }]);
  expect([call, { ...call, server: 'server2' }, call, call].map((one) => mishaps.next(one))).toEqual([
    undefined,
    undefined,
    'busy',
    undefined,
  ]);
  expect(mishaps.met()).toEqual([{ ...call, nth: 2, what: 'busy' }]);
  expect(isMishap({ ...call, nth: 2, what: 'busy' })).toBe(true);
  expect(isMishap({ ...call, nth: 2, what: 'lazy' })).toBe(false);
});

test('after a cut the work is done, before it nothing is; a closed door refuses and cuts', async () => {
  const { fleet, door, address, ask } = await oneServer();
  const post = { server: 'server1', method: 'POST', path: '/1.0/projects' };
  fleet.mishaps.set([
    { ...post, nth: 1, what: 'cut-before' },
    { ...post, nth: 2, what: 'silent-after' },
    { ...post, nth: 3, what: 'garbage' },
  ]);
  const make = (name: string) => ask('POST', '/1.0/projects', { name });
  await expect(make('one')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(make('two')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  expect((await make('three')).body.toString()).toBe('{"type":"sync","meta');
  const { body } = await ask('GET', '/1.0/projects');
  expect(JSON.parse(body.toString())).toMatchObject({ metadata: ['/1.0/projects/default', '/1.0/projects/two'] });

  const { life } = door.connect(address);
  door.close(address);
  expect(life.closed.aborted).toBe(true);
  await expect(ask('GET', '/1.0')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  fleet.end();
});
