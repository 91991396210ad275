import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { INCUS_BODY_LIMIT_BYTES } from '@operations-center/fleet-protocol';
import { type MadeCertificate, makeCertificate } from '@operations-center/tls';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type FrontDoor, makeFrontDoor, type Site } from './front-door.ts';
import type { IncusRequest } from './incus/member.ts';
import { ownLoopback } from './testing.ts';

const ONE = `${ownLoopback(1)}.1`;
const TWO = `${ownLoopback(1)}.2`;
let first: MadeCertificate;
let second: MadeCertificate;
let client: MadeCertificate;
beforeAll(async () => {
  [first, second, client] = (await Promise.all(
    ['one', 'two', 'client'].map((commonName) => makeCertificate({ commonName })),
  )) as [MadeCertificate, MadeCertificate, MadeCertificate]; // as: three in, three out
});

let door: FrontDoor | undefined;
afterEach(() => door?.closeAll());

/** A site that says its name and who asked. */
function site(name: string, certificate: () => MadeCertificate, seen: IncusRequest[] = []): Site {
  return {
    certificate,
    isCutOff: () => false,
    handle: (asked) => {
      seen.push(asked);
      return Promise.resolve({
        status: 200,
        headers: { 'x-site': name },
        body: `${name} ${asked.clientFingerprint ?? 'nobody'} ${asked.body.length}`,
      });
    },
    openEvents: (asked, send) => {
      if (asked.query.get('type') === 'none') return { status: 403, headers: {}, body: 'no' };
      setImmediate(() => send(`hello from ${name}`));
      return { closed: () => {} };
    },
    tooLarge: (path) => ({ status: 502, headers: {}, body: path === '/os/x' ? '' : 'other' }),
    served: () => {},
    answered: () => {},
  };
}

type Answer = { status: number; text: string; fingerprint: string; alpn: string | false | null };

/** One request on a connection of its own. */
function ask(
  host: string,
  options: {
    path?: string;
    method?: string;
    body?: Buffer;
    anonymous?: boolean;
    maxVersion?: 'TLSv1.2';
    ALPNProtocols?: string[];
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { path = '/', method = 'GET', body, anonymous, ...rest } = options;
    const identity = anonymous ? {} : { cert: client.certificate, key: client.key };
    const asking = request(
      { host, port: 8443, path, method, agent: false, rejectUnauthorized: false, ...identity, ...rest },
      (response) => {
        const socket = response.socket;
        if (!('getPeerX509Certificate' in socket)) return reject(new Error('not a TLS socket'));
        const tls = socket as import('node:tls').TLSSocket; // as: checked the line above
        const fingerprint = tls.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '';
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, fingerprint, alpn: tls.alpnProtocol }),
        );
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}

test('two addresses are two servers behind one HTTP server', async () => {
  door = makeFrontDoor();
  await door.open(
    ONE,
    site('one', () => first),
  );
  await door.open(
    TWO,
    site('two', () => second),
  );
  expect(await ask(ONE, { ALPNProtocols: ['h2', 'http/1.1'] })).toEqual({
    status: 200,
    text: `one ${client.fingerprint} 0`,
    fingerprint: first.fingerprint,
    alpn: 'http/1.1',
  });
  expect(await ask(TWO, { anonymous: true })).toEqual({
    status: 200,
    text: 'two nobody 0',
    fingerprint: second.fingerprint,
    alpn: false,
  });
});

test('who knocks where nothing comes through hears nothing, neither yes nor no', async () => {
  door = makeFrontDoor();
  const cut = { ...site('one', () => first), isCutOff: () => true };
  await door.open(ONE, cut);
  const socket = connect({ host: ONE, port: 8443 });
  await once(socket, 'connect');
  const heard = new Promise((resolve) => ['data', 'close', 'error'].forEach((event) => socket.once(event, resolve)));
  expect(await Promise.race([heard, pause(50, 'silence')])).toBe('silence');
  socket.destroy();
});

test('a certificate may change while it runs: new connections see the new one', async () => {
  let shown = first;
  door = makeFrontDoor();
  await door.open(
    ONE,
    site('one', () => shown),
  );
  expect((await ask(ONE)).fingerprint).toBe(first.fingerprint);
  shown = second;
  expect((await ask(ONE)).fingerprint).toBe(second.fingerprint);
});

test('TLS 1.2 is not spoken', async () => {
  door = makeFrontDoor();
  await door.open(
    ONE,
    site('one', () => first),
  );
  await expect(ask(ONE, { maxVersion: 'TLSv1.2' })).rejects.toThrow(
    /protocol version|ECONNRESET|socket hang up|disconnected/i,
  );
});

test('a body of 1 MiB is taken, one byte more is the site’s tooLarge', async () => {
  door = makeFrontDoor();
  await door.open(
    ONE,
    site('one', () => first),
  );
  const post = (bytes: number) => ask(ONE, { path: '/os/x', method: 'POST', body: Buffer.alloc(bytes) });
  expect(await post(INCUS_BODY_LIMIT_BYTES)).toMatchObject({
    status: 200,
    text: expect.stringContaining(` ${INCUS_BODY_LIMIT_BYTES}`),
  });
  expect(await post(INCUS_BODY_LIMIT_BYTES + 1)).toMatchObject({ status: 502, text: '' });
});

test('after close nothing listens, and open connections are cut', async () => {
  door = makeFrontDoor();
  await door.open(
    ONE,
    site('one', () => first),
  );
  const socket = new WebSocket(`wss://${ONE}:8443/1.0/events`, { rejectUnauthorized: false });
  await new Promise((resolve) => socket.once('message', resolve));
  const cut = new Promise((resolve) => socket.once('close', resolve));
  door.close(ONE);
  await cut;
  await expect(ask(ONE)).rejects.toThrow(/ECONNREFUSED/);
});

test('an address serves one server only, and a busy port is explained', async () => {
  door = makeFrontDoor();
  await door.open(
    ONE,
    site('one', () => first),
  );
  await expect(
    door.open(
      ONE,
      site('two', () => second),
    ),
  ).rejects.toThrow(`another simulated server has the address ${ONE}`);
  const other = makeFrontDoor();
  await expect(
    other.open(
      ONE,
      site('two', () => second),
    ),
  ).rejects.toThrow(`cannot listen on ${ONE}:8443 (EADDRINUSE): something else listens there`);
});

test('events: a websocket is opened, or refused with the site’s status', async () => {
  door = makeFrontDoor();
  await door.open(
    ONE,
    site('one', () => first),
  );
  const open = (query: string) => new WebSocket(`wss://${ONE}:8443/1.0/events${query}`, { rejectUnauthorized: false });
  const socket = open('');
  const message = await new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', (data: Buffer) => resolve(data.toString()));
  });
  expect(message).toBe('hello from one');
  const refused = open('?type=none');
  const status = await new Promise((resolve) =>
    refused.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
  );
  refused.on('error', () => {});
  refused.terminate();
  socket.terminate();
  expect(status).toBe(403);
});

test('a listener that does not read is let go of before it costs memory', async () => {
  door = makeFrontDoor();
  let send = (_text: string): void => {};
  const closed = Promise.withResolvers<void>();
  const busy: Site = {
    ...site('busy', () => first),
    openEvents: (_asked, tell) => {
      send = tell;
      return { closed: () => closed.resolve() };
    },
  };
  await door.open(ONE, busy);
  const socket = new WebSocket(`wss://${ONE}:8443/1.0/events`, { rejectUnauthorized: false });
  await once(socket, 'open');
  socket.pause();
  for (let sent = 0; sent < 64; sent += 1) send('x'.repeat(1024 * 1024));
  await expect(closed.promise).resolves.toBeUndefined();
  socket.terminate();
});
