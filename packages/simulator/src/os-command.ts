import { readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { systemClock } from './clock.ts';
import { makeFaults } from './faults.ts';
import { faultsFromFile } from './faults-file.ts';
import type { Json } from './incus-os/go-json.ts';
import type { IncusOs } from './incus-os/incus-os.ts';
import { answer } from './incus-os/router.ts';
import { type LabMember, labIncus } from './lab-incus.ts';
import { makeLabServer } from './lab-server.ts';
import { showFaults } from './shown-faults/show-faults.ts';

/** IncusOS' own limit; what comes through incusd is at most 1 MiB anyway. */
const MAX_BODY = 64 * 2 ** 20;

export type OsOptions = {
  operationsCenter?: string | undefined;
  certificate?: string | undefined;
  token?: string | undefined;
  faults?: string | undefined;
};

/** Serves the IncusOS API on $INCUS_OS_SOCKET until SIGINT or SIGTERM. */
export async function runOs(options: OsOptions, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  const socket = environment['INCUS_OS_SOCKET'];
  if (socket === undefined || socket === '')
    throw new TypeError('INCUS_OS_SOCKET is not set: on which unix socket should IncusOS answer?');
  const clock = systemClock(1, environment);
  const member = labMember(environment);
  const ended = new AbortController();
  const server = makeLabServer({
    name: environment['INCUS_OS_NAME'] ?? 'server',
    address: environment['INCUS_OS_ADDRESS'] ?? '127.0.0.1',
    seeds: seedsOf(options),
    clock,
    faults: options.faults === undefined ? makeFaults() : faultsFromFile(options.faults),
    incus: member === undefined ? undefined : labIncus(member, clock),
    signal: ended.signal,
    say: (message) => void process.stdout.write(`${new Date(clock.nowMs()).toISOString()} ${message}\n`),
  });
  const http = await serveOs(server.os, socket);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      ended.abort(new Error('the simulator ends'));
      http.close();
      rmSync(socket, { force: true });
      process.exit(0);
    });
  }
  await server.boot();
}

function labMember(environment: NodeJS.ProcessEnv): LabMember | undefined {
  const { INCUS_OS_LAB: lab, INCUS_OS_MEMBER: member, INCUS_OS_LAB_SCRIPT: script } = environment;
  if (lab === undefined && member === undefined) return undefined;
  if (lab === undefined || member === undefined || script === undefined) {
    throw new TypeError('INCUS_OS_LAB, INCUS_OS_MEMBER and INCUS_OS_LAB_SCRIPT belong together: set all three or none');
  }
  if (!/^\d+$/.test(member)) throw new TypeError(`INCUS_OS_MEMBER is '${member}': the member's number is expected`);
  return { lab, member, script };
}

function seedsOf({ operationsCenter, certificate, token }: OsOptions): Map<string, Json> {
  const seeds = new Map<string, Json>([['applications', { version: '1', applications: [{ name: 'incus' }] }]]);
  if (operationsCenter === undefined) return seeds;
  if (token === undefined) throw new TypeError('--operations-center needs --token UUID');
  const config = {
    server_url: operationsCenter.replace(/\/$/, ''),
    server_token: token,
    ...(certificate === undefined ? {} : { server_certificate: readFileSync(certificate, 'utf8') }),
  };
  return seeds.set('provider', { version: '1', name: 'operations-center', config });
}

/** The IncusOS API on a unix socket, a stale one replaced. */
export function serveOs(os: IncusOs, socket: string): Promise<Server> {
  const http = createServer((incoming, response) => {
    respond(os, incoming, response).catch(() => response.destroy());
  });
  rmSync(socket, { force: true });
  return new Promise((resolve, reject) => {
    http.once('error', (cause) => reject(new Error(`cannot listen on ${socket}: ${cause.message}`, { cause })));
    http.listen(socket, () => resolve(http));
  });
}

async function respond(os: IncusOs, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY) return void incoming.destroy();
    chunks.push(chunk);
  }
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const proxies = incoming.headers['x-incusos-proxy'];
  const prefix = (Array.isArray(proxies) ? proxies[0] : proxies)?.split(',')[0]?.trim();
  const request = {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    body: Buffer.concat(chunks),
    prefix,
  };
  const plain = path === '/metrics' ? { status: 200, headers: {}, body: '' } : await answer(os, request);
  // Incus itself reads services and network here, and is to see what is really so.
  const isAsked = request.method === 'GET' && prefix !== undefined;
  const reply = isAsked ? showFaults(os.faults, os.identity.name, `/os${path}`, plain) : plain;
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}
