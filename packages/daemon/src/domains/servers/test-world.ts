import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientRequest, request as requestLocally } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type MadeCertificate, makeCertificate } from '@operations-center/tls';
import { makeFleetConnections } from '../../fleet/connection.ts';
import { startTestServer, type TestServer, testCertificate } from '../../fleet/test-server.ts';
import type { Clock } from '../../platform/clock.ts';
import { makeApi } from '../../platform/http/api.ts';
import { listenOnHttps, listenOnSocket } from '../../platform/http/listeners.ts';
import { makeSealer } from '../../platform/keys/sealing.ts';
import { makeLog } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeCallerOf } from '../access/callers.ts';
import { channelHandlers } from '../channels/channels.routes.ts';
import { makeChannelService } from '../channels/channels.service.ts';
import { allShares, type Shares } from '../daemons/shares.ts';
import { makeTestLog } from '../events/test-log.ts';
import { tokenHandlers } from '../tokens/tokens.routes.ts';
import { makeTokenService } from '../tokens/tokens.service.ts';
import { assembleUpdates } from '../updates/assembly.ts';
import { assembleWarnings } from '../warnings/assembly.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { assembleServers, type Servers } from './assembly.ts';
import { makeOsProxy } from './os-proxy.service.ts';

/** A clock that runs, and that a test can put forward. */
export class TestClock implements Clock {
  #offsetMs = 0;
  readonly nowMs = (): number => Date.now() + this.#offsetMs;
  advance(ms: number): void {
    this.#offsetMs += ms;
  }
  async sleepUntil(epochMs: number, signal: AbortSignal): Promise<void> {
    while (this.nowMs() < epochMs) await pause(10, undefined, { signal });
    signal.throwIfAborted();
  }
}

// What the API answers is checked by what is expected of it.
// oxlint-disable-next-line typescript/no-explicit-any
export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: any };

export type World = AsyncDisposable & {
  database: MainDatabase;
  clock: TestClock;
  servers: Servers;
  warnings: WarningService;
  admin: MadeCertificate;
  client: MadeCertificate;
  /** Asks the real API over TLS, as nobody, as the administrator, or as a machine. */
  ask(
    method: string,
    path: string,
    as?: MadeCertificate,
    body?: unknown,
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Reply>;
  /** Asks over the unix socket. */
  askLocally(method: string, path: string, body?: unknown): Promise<Reply>;
  /** A new token's UUID. */
  makeToken(uses?: number): Promise<string>;
  /** What is in the table. */
  names(): Promise<string[]>;
};

/** The domain as the daemon has it: a database file, the API on a TLS listener, real connections to servers. */
export async function startWorld(
  options: { polling?: boolean; mayReplaceSilent?: boolean; shares?: Pick<Shares, 'isMine' | 'grip'> } = {},
): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'servers-'));
  const [admin, client, own] = await Promise.all([
    testCertificate('admin'),
    makeCertificate({ commonName: 'operations-center' }),
    testCertificate('own'),
  ]);
  const database = await openTestDatabase(join(directory, 'test.db'));
  const clock = new TestClock();
  // What is refused on purpose is no news.
  const log = makeLog('', { write: () => undefined });
  const sealer = makeSealer(Buffer.alloc(32, 7));
  const events = makeTestLog(clock);
  const tokens = makeTokenService({ database, clock, events, defaultChannel: () => 'stable' });
  const warnings = assembleWarnings({ database, clock, events });
  const platform = { database, clock, log, sealer, events, identity: { client, server: own } };
  const servers = assembleServers(platform, {
    shares: { ...allShares, ...options.shares },
    tokens,
    warnings: warnings.service,
    mayReplaceSilent: () => options.mayReplaceSilent ?? true,
  });
  const connections = makeFleetConnections({ clientCertificate: client.certificate, clientKey: client.key });
  const api = await makeApi({
    proxies: [makeOsProxy({ database, connections })],
    handlers: [
      ...tokenHandlers(tokens),
      ...warnings.handlers,
      ...channelHandlers(makeChannelService(database)),
      ...assembleUpdates({ database }).handlers,
      ...servers.handlers,
    ],
    callerOf: makeCallerOf({ isTrusted: (fingerprint) => fingerprint === admin.fingerprint, nowMs: clock.nowMs }),
    log,
  });
  const listener = await listenOnHttps({ host: '127.0.0.1', port: 0 }, own, api);
  const socketPath = join(directory, 'unix.socket');
  const socket = await listenOnSocket(socketPath, api);
  if (options.polling ?? true) servers.start();
  const ask: World['ask'] = (method, path, as, body, headers = {}, signal) =>
    askOverTls(`https://${listener.address}${path}`, method, as, body, headers, signal);
  return {
    database,
    clock,
    servers,
    warnings: warnings.service,
    admin,
    client,
    ask,
    askLocally: (method, path, body) => send(requestLocally({ socketPath, method, path }), body),
    async makeToken(uses = 1) {
      const wish = { uses_remaining: uses, expire_at: '2099-01-01T00:00:00Z' };
      const made = await ask('POST', '/1.0/provisioning/tokens', admin, wish);
      return String(made.headers['location']).split('/').at(-1) ?? '';
    },
    names: async () =>
      (await database.rows<{ name: string }>('select name from servers order by name')).map(({ name }) => name),
    async [Symbol.asyncDispose]() {
      await Promise.all([listener.close(1_000), socket.close(1_000)]);
      await servers.stop();
      await connections.close();
      await database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** One request on a connection of its own, without a content type, as IncusOS sends it. */
function askOverTls(
  url: string,
  method: string,
  as: MadeCertificate | undefined,
  body: unknown,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  const identity = as === undefined ? {} : { cert: as.certificate, key: as.key };
  const leaving = signal === undefined ? {} : { signal };
  const options = { method, agent: false, rejectUnauthorized: false, headers, ...identity, ...leaving };
  return send(request(url, options), body);
}

function send(sent: ClientRequest, body: unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(answer) });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A registration's body, all of it, as IncusOS sends it. */
export const registration = (name: string, ids: { url?: string; system_uuid?: string; machine_id?: string } = {}) => ({
  name,
  connection_url: ids.url ?? 'https://127.0.0.1:9',
  system_uuid: ids.system_uuid ?? `uuid-of-${name}`,
  machine_id: ids.machine_id ?? `machine-of-${name}`,
  public_connection_url: '',
  channel: '',
  description: '',
  properties: null,
  bmc_config: { api_type: '', endpoint: '', certificate: '', auto_pin_certificate: false, username: '', password: '' },
});

export type Documents = { hardware: unknown; network: unknown; security: unknown; storage: unknown };

/** What a stand-in answers; a test changes it while the server runs. */
export type StandInState = { ready: boolean; documents: Documents; updateChannel: string; status: number };

export type StandIn = TestServer & { state: StandInState; certificate: MadeCertificate };

export const plainDocuments: Documents = {
  hardware: { cpu: { architecture: 'x86_64', total: 1 }, large: 9_007_199_254_740_993n.toString() },
  network: { config: null, state: { interfaces: { eth0: { addresses: ['127.0.0.1'], roles: ['management'] } } } },
  security: {
    config: { encryption_recovery_keys: ['very-secret-key'] },
    state: { system_state_is_trusted: true, pool_recovery_keys: { local: 'pool-secret' } },
  },
  storage: { config: { scrub_schedule: '' }, state: { drives: [], pools: [] } },
};

/** A server that answers what a full poll asks of IncusOS; the fleet simulator is the complete one. */
export async function startStandIn(documents: Documents = plainDocuments): Promise<StandIn> {
  const certificate = await makeCertificate({ commonName: 'stand-in', usage: 'server', addresses: ['127.0.0.1'] });
  const state: StandInState = { ready: true, documents, updateChannel: 'stable', status: 200 };
  const server = await startTestServer(certificate, ({ url }, response) => {
    const metadata = answerTo(url, state);
    const status = metadata === undefined ? 404 : state.status;
    const envelope =
      status === 200
        ? { type: 'sync', status: 'Success', status_code: 200, operation: '', error_code: 0, error: '', metadata }
        : { type: 'error', status: '', status_code: 0, operation: '', error_code: status, error: 'no', metadata: null };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(envelope));
  });
  return Object.assign(server, { state, certificate });
}

function answerTo(url: string, { ready, documents, updateChannel }: StandInState): unknown {
  const environment = { hostname: 'x', os_name: 'IncusOS', os_version: '202609010000', system_is_ready: ready };
  const answers: Record<string, unknown> = {
    '/os/1.0': { environment: { ...environment, os_version_next: '' } },
    '/os/1.0/system/resources': documents.hardware,
    '/os/1.0/system/network': documents.network,
    '/os/1.0/system/security': documents.security,
    '/os/1.0/system/storage': documents.storage,
    '/os/1.0/system/update': {
      config: { auto_reboot: false, channel: updateChannel, check_frequency: 'never' },
      state: { last_check: '', status: '', needs_reboot: false },
    },
    '/os/1.0/applications': ['/1.0/applications/incus'],
    '/os/1.0/applications/incus': {
      state: { initialized: true, version: '202609010000', friendly_version: '7.0', is_primary: true },
      config: {},
    },
  };
  return answers[url];
}
