import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { makeCertificate } from '@operations-center/tls';
import { Agent, request } from 'undici';
import type { Daemon } from './daemon.ts';

/** What it answers, whatever it is asked. `well`: what the server behind it answers. */
export type Mood = 'well' | 'garbage' | 'no-http' | 'html' | 'other-json' | 'endless' | 'nothing' | 'hangs-up';

/**
 * A server of the test: it has a certificate of its own, stands before a simulated one, and answers well until told
 * otherwise.
 */
export type OddServer = { url: string; behave(mood: Mood): void; stop(): Promise<void> };

/** On the address of the server behind it, which it must have: the daemon believes what the network document says. */
export async function startOddServer(
  daemon: Daemon,
  behind: { url: string; address: string },
  registration: { name: string; token: string },
): Promise<OddServer> {
  const pair = await makeCertificate({ commonName: registration.name, addresses: [behind.address], usage: 'both' });
  const identity = {
    cert: readFileSync(join(daemon.directory, 'client.crt')),
    key: readFileSync(join(daemon.directory, 'client.key')),
  };
  let mood: Mood = 'well';
  const server = createServer({ cert: pair.certificate, key: pair.key, minVersion: 'TLSv1.3' }, (asked, reply) => {
    if (mood === 'well') pass(asked, reply, behind.url, identity);
    else answers[mood](reply);
  });
  await new Promise<void>((resolve) => server.listen(0, behind.address, resolve));
  const bound = server.address();
  const url = `https://${behind.address}:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
  const agent = new Agent({ connect: { cert: pair.certificate, key: pair.key, rejectUnauthorized: false } });
  const registered = await request(`${daemon.url}/1.0/provisioning/servers?token=${registration.token}`, {
    dispatcher: agent,
    method: 'POST',
    body: JSON.stringify({ name: registration.name, connection_url: url }),
  });
  const text = await registered.body.text();
  await agent.close();
  if (registered.statusCode !== 201) throw new Error(`the odd server was not registered: ${text}`);
  return {
    url,
    behave: (next) => {
      mood = next;
      // A kept connection would still be waiting for the answer of the last mood.
      server.closeAllConnections();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const json = { 'content-type': 'application/json' };

const answers: Record<Exclude<Mood, 'well'>, (reply: ServerResponse) => void> = {
  garbage: (reply) => reply.writeHead(200, json).end('{"type":"sync","metadata":{"\u0000'),
  'no-http': (reply) => reply.socket?.end('SSH-2.0-nobody\r\n\u0000\u0001\u0002'),
  html: (reply) => reply.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome!</body></html>'),
  'other-json': (reply) => reply.writeHead(200, json).end('{"type":"sync","status_code":200,"metadata":7}'),
  endless: (reply) => {
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const more = () => {
      while (!reply.destroyed && reply.write(chunk));
    };
    reply.writeHead(200, json);
    reply.on('drain', more);
    more();
  },
  nothing: () => undefined,
  'hangs-up': (reply) => reply.destroy(),
};

/** Carries a request to the server behind, as the daemon itself would ask it. */
function pass(asked: IncomingMessage, reply: ServerResponse, url: string, identity: { cert: Buffer; key: Buffer }) {
  const { host: _, ...headers } = asked.headers;
  const onward = httpsRequest(
    `${url}${asked.url ?? '/'}`,
    { ...identity, method: asked.method, headers, rejectUnauthorized: false, agent: false },
    (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    },
  );
  onward.on('error', () => reply.destroy());
  asked.pipe(onward);
}
