import { request } from 'node:https';
import { makeCertificate } from '@operations-center/tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../platform/http/answer.ts';
import { type Listener, listenOnHttps } from '../../platform/http/listeners.ts';
import { makeCallerOf } from './callers.ts';

const day = 86_400_000;
const trusted = new Set<string>();
const seen: Caller[] = [];
/** How far the daemon's clock is from ours, ms: it runs, for a certificate is valid only from the second it was made. */
let shiftMs = 0;
let listener: Listener;

beforeAll(async () => {
  const server = await makeCertificate({ commonName: 'daemon', usage: 'server' });
  const callerOf = makeCallerOf({
    isTrusted: (fingerprint) => trusted.has(fingerprint),
    nowMs: () => Date.now() + shiftMs,
  });
  listener = await listenOnHttps({ host: '127.0.0.1', port: 0 }, server, (asked, reply) => {
    seen.push(callerOf(asked));
    reply.end();
  });
});
afterAll(() => listener.close(100));

/** One request on a new connection; how the caller was seen. */
function ask(identity?: { certificate: string; key: string }): Promise<Caller> {
  const [host, port] = listener.address.split(':');
  const options = {
    host,
    port: Number(port),
    rejectUnauthorized: false,
    agent: false as const,
    cert: identity?.certificate,
    key: identity?.key,
  };
  return new Promise((resolve, reject) => {
    request(options, (reply) => {
      reply.resume().once('end', () => resolve(seen.at(-1) as Caller));
    })
      .once('error', reject)
      .end();
  });
}

test('a client without a certificate is nobody', async () => {
  expect(await ask()).toMatchObject({ protocol: '', trusted: false, fingerprint: undefined });
});

test('a certificate for servers only identifies its owner, and gives no rights until it is trusted', async () => {
  const made = await makeCertificate({ commonName: 'server1', usage: 'server', curve: 'P-384' });
  const stranger = await ask(made);
  expect(stranger).toMatchObject({ protocol: '', user: '', trusted: false, fingerprint: made.fingerprint });
  expect(stranger.certificate()).toContain('BEGIN CERTIFICATE');
  trusted.add(made.fingerprint);
  expect(await ask(made)).toMatchObject({ protocol: 'tls', user: made.fingerprint, trusted: true });
});

test('trust that is taken away ends with the next request', async () => {
  const made = await makeCertificate({ commonName: 'me' });
  trusted.add(made.fingerprint);
  expect((await ask(made)).trusted).toBe(true);
  trusted.delete(made.fingerprint);
  expect((await ask(made)).trusted).toBe(false);
});

test('a trusted certificate has rights only inside its validity', async () => {
  const made = await makeCertificate({ commonName: 'me', notBefore: new Date(), days: 10 });
  trusted.add(made.fingerprint);
  shiftMs = 11 * day;
  expect((await ask(made)).trusted).toBe(false);
  shiftMs = -day;
  expect((await ask(made)).trusted).toBe(false);
  shiftMs = day;
  expect((await ask(made)).trusted).toBe(true);
});
