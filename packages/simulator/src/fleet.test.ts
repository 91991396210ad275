import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '@operations-center/tls';
import { afterEach, expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { makeFleet } from './fleet.ts';
import { ownLoopback } from './testing.ts';

const cleanup: (() => void)[] = [];
afterEach(() => cleanup.splice(0).forEach((run) => run()));

/** An Operations Center that accepts every registration, but answers only when four are waiting; it notes if there were ever more. */
async function acceptingCenter() {
  const own = await makeCertificate({ commonName: 'oc', dnsNames: ['oc'] });
  const client = await makeCertificate({ commonName: 'oc client', usage: 'client' });
  const seen = { names: new Array<string>(), causes: new Array<string>(), most: 0 };
  const waiting: (() => void)[] = [];
  const answerFour = async () => {
    // A fifth one would be on its way already: time for its handshake.
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    seen.most = Math.max(seen.most, waiting.length);
    for (const answer of waiting.splice(0)) answer();
  };
  const identity = { key: own.key, cert: own.certificate, requestCert: true, rejectUnauthorized: false };
  const server = createServer(identity, (incoming, response) => {
    let text = '';
    incoming.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const answer = () =>
      void response.end(
        JSON.stringify({ type: 'sync', status_code: 200, metadata: { certificate: client.certificate } }),
      );
    incoming.on('end', () => {
      const { name, cause } = JSON.parse(text) as { name?: string; cause?: string }; // as: what the simulator sends
      if (cause !== undefined) seen.causes.push(cause);
      if (name === undefined) return answer();
      seen.names.push(name);
      if (waiting.push(answer) === 4) void answerFour();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.push(() => server.close());
  const address = server.address();
  return {
    seen,
    client,
    url: `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    certificate: own.certificate,
  };
}

test('a fleet registers itself, so many at a time, and then trusts whom it registered with', async () => {
  const center = await acceptingCenter();
  const directory = mkdtempSync(join(tmpdir(), 'sim-'));
  const registered: string[] = [];
  const fleet = makeFleet({
    namePrefix: 'server',
    network: `${ownLoopback(3)}.0/24`,
    seed: 'fleet',
    latencyMs: 0,
    concurrency: 4,
    curve: 'P-256',
    clock: manualClock(),
    faults: [],
    pace: 0,
    cacheDirectory: directory,
    operationsCenter: {
      url: center.url,
      certificate: center.certificate,
      token: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
    },
    registered: (server) => void registered.push(server.name),
    failed: (server, message) => void registered.push(`${server}: ${message}`),
  });
  cleanup.push(() => {
    fleet.end();
    rmSync(directory, { recursive: true });
  });
  await fleet.boot(await fleet.add(12));
  const names = Array.from({ length: 12 }, (_, index) => `server${index + 1}`).sort();
  expect([...registered].sort()).toEqual(names);
  expect([...center.seen.names].sort()).toEqual(names);
  expect(center.seen.most).toBe(4);
  await expect.poll(() => center.seen.causes).toEqual(names.map(() => 'system-is-ready'));

  const status = await new Promise((resolve, reject) => {
    const identity = { cert: center.client.certificate, key: center.client.key };
    const target = {
      host: `${ownLoopback(3)}.22`,
      port: 8443,
      path: '/os/1.0',
      agent: false,
      rejectUnauthorized: false,
    };
    const asking = request({ ...target, ...identity }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.on('error', reject);
    asking.end();
  });
  expect(status).toBe(200);
});
