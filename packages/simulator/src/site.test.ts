import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { type Fault, makeFaults } from './faults.ts';
import type { IncusReply, IncusRequest } from './incus/member.ts';
import { makeIncusWorld } from './incus/world.ts';
import { makeRequestLog } from './request-log.ts';
import { SimulatedServer } from './simulated-server.ts';
import { makeSite } from './site.ts';

test('cut-off: what was asked is neither answered nor done', async () => {
  const { site, faults } = await siteWith([{ name: 'cut-off', server: 'server1' }]);
  expect(site.isCutOff()).toBe(true);
  const client = new AbortController();
  const answer = site.handle({ ...asked('/1.0'), signal: client.signal });
  client.abort();
  await expect(answer).rejects.toThrow('the client hung up');
  faults.clear('cut-off', 'server1');
  expect(await site.handle(asked('/1.0'))).toMatchObject({ status: 200 });
});

test('answers are spoilt where they are asked to be: half, lacking, huge, without end', async () => {
  const { site, faults } = await siteWith([]);
  const answer = async (path: string) => {
    const { body, pieces } = await site.handle({ ...asked(path), local: true });
    let size = body.length;
    let text = body.toString();
    for await (const piece of pieces ?? []) {
      size += piece.length;
      if (text.length < 4096) text += piece.toString();
      if (size > 8 * 1024 * 1024) break;
    }
    return { size, text };
  };
  const put = (name: Fault['name'], arg: string) => faults.set({ name, server: 'server1', arg });
  const list = '/1.0/projects';
  put('answers-garbage', list);
  expect((await answer(list)).text).toMatch(/"half-an-obj$/);
  expect((await answer('/1.0/profiles')).text).toContain('"metadata":["/1.0/profiles/default"]');
  faults.clear('answers-garbage', 'server1');
  put('answers-huge', `3 ${list}`);
  const huge = await answer(list);
  expect(huge.size).toBeGreaterThan(3 * 1024 * 1024);
  expect(huge.size).toBeLessThan(4 * 1024 * 1024);
  faults.clear('answers-huge', 'server1');
  for (const name of ['answers-endless', 'answers-endless-list'] as const) {
    put(name, list);
    expect((await answer(list)).size).toBeGreaterThan(8 * 1024 * 1024);
    faults.clear(name, 'server1');
  }
  put('answers-lacking', 'auth /1.0');
  expect((await answer('/1.0')).text).not.toContain('"auth":');
  faults.clear('answers-lacking', 'server1');
  expect((await answer('/1.0')).text).toContain('"auth":');
});

test('the log tells which join came to nothing, and when', async () => {
  const { site, clock, log } = await siteWith([{ name: 'join-fails', server: 'server1' }]);
  const body = {
    server_name: 'server1',
    enabled: true,
    server_address: '127.77.0.11:8443',
    cluster_address: '127.77.0.12:8443',
    cluster_certificate: (await makeCertificate({ commonName: 'cluster' })).certificate,
  };
  const request = { ...asked('/1.0/cluster'), method: 'PUT', body: Buffer.from(JSON.stringify(body)) };
  const reply = await site.handle(request);
  expect([reply.status, reply.failed === undefined]).toEqual([202, false]);
  site.served(request, reply.status);
  expect(log.list()[0]?.failed_after).toBeUndefined();
  site.served(asked('/1.0'), 200);
  await clock.advance(1_000);
  await reply.failed;
  expect(log.list().map(({ failed_after }) => failed_after)).toEqual([2, undefined]);
});

async function siteWith(initial: Fault[], latencyMs = 0) {
  const clock = manualClock();
  const faults = makeFaults(initial);
  const world = makeIncusWorld({ clock, random: () => 0.5, faults, afterMs: (ms, run) => void clock.afterMs(ms, run) });
  const certificate = await makeCertificate({ commonName: 'root@server1', dnsNames: ['server1'] });
  const wrongCertificate = await makeCertificate({ commonName: 'wrong' });
  const server = (name: string) =>
    new SimulatedServer({
      seed: 'test',
      name,
      address: '127.77.0.11',
      seeds: new Map(),
      certificate,
      freshCertificate: () => Promise.resolve(certificate),
      world,
      clock,
      faults,
      changed: () => {},
      registered: () => {},
      failed: () => {},
    });
  const [one, other] = [server('server1'), server('server2')];
  const sibling = (name: string) => (name === 'server2' ? other : undefined);
  const log = makeRequestLog(clock.nowMs);
  const site = makeSite({ server: one, clock, faults, log, latencyMs, wrongCertificate, sibling, answered: () => {} });
  return { clock, faults, site, log, certificate, wrongCertificate };
}

function asked(path: string, query = '', headers: Record<string, string> = {}): IncusRequest {
  const signal = new AbortController().signal;
  const client = { clientFingerprint: undefined, clientCertificatePem: undefined };
  return {
    method: 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.alloc(0),
    ...client,
    local: true,
    signal,
  };
}

const metadataOf = (reply: IncusReply): unknown => JSON.parse(reply.body.toString()).metadata;

test.each([
  [[], 20, 20],
  [[{ name: 'slow', server: 'server1', arg: '300' }], 0, 300],
  [[{ name: 'slow', server: 'server1' }], 20, 2_020],
] satisfies [Fault[], number, number][])(
  'with %j and a latency of %i ms an answer takes %i ms',
  async (faults, latencyMs, takes) => {
    const { clock, site } = await siteWith(faults, latencyMs);
    let answered = false;
    const answer = site.handle(asked('/os/')).then((reply) => {
      answered = true;
      return reply;
    });
    await clock.advance(takes - 1);
    expect(answered).toBe(false);
    await clock.advance(1);
    expect((await answer).status).toBe(200);
  },
);

test('a proxy before Incus names the prefix; Incus only adds its own behind', async () => {
  const { site } = await siteWith([]);
  expect(metadataOf(await site.handle(asked('/os/')))).toEqual(['/os/1.0']);
  const headers = { 'x-incusos-proxy': '/1.0/provisioning/servers/a' };
  expect(metadataOf(await site.handle(asked('/os/1.0/applications', '', headers)))).toEqual([
    '/1.0/provisioning/servers/a/1.0/applications/incus',
  ]);
});

test('?target= reaches the other member’s IncusOS', async () => {
  const { site } = await siteWith([]);
  const hostname = async (query: string) => metadataOf(await site.handle(asked('/os/1.0', query)));
  expect(await hostname('')).toMatchObject({ environment: { hostname: 'server1' } });
  expect(await hostname('target=server1')).toMatchObject({ environment: { hostname: 'server1' } });
  expect(await hostname('target=server2')).toMatchObject({ environment: { hostname: 'server2' } });
  expect((await site.handle(asked('/os/1.0', 'target=server9'))).status).toBe(404);
});

test('the wrong certificate is shown while the fault is set', async () => {
  const { site, faults, certificate, wrongCertificate } = await siteWith([]);
  expect(site.certificate().fingerprint).toBe(certificate.fingerprint);
  faults.set({ name: 'wrong-certificate', server: '*' });
  expect(site.certificate().fingerprint).toBe(wrongCertificate.fingerprint);
});
