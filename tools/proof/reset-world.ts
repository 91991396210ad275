/**
 * The daemon's domains on real sockets, and simulated servers that register with them: a factory reset as it is, but that
 * the test says which channels hold an update. What a server fetches from us when it starts anew is answered here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCallerOf } from '../../packages/daemon/src/domains/access/callers.ts';
import { assembleClusters, assembleClusterWorkflows } from '../../packages/daemon/src/domains/clusters/assembly.ts';
import { askSocket, type Reply } from '../../packages/daemon/src/domains/clusters/testing/ask-socket.ts';
import { makeTestLog } from '../../packages/daemon/src/domains/events/test-log.ts';
import { assembleOperations } from '../../packages/daemon/src/domains/operations/assembly.ts';
import { standsStill } from '../../packages/daemon/src/domains/operations/operation.ts';
import { assembleServers } from '../../packages/daemon/src/domains/servers/assembly.ts';
import { makeTemplateService } from '../../packages/daemon/src/domains/templates/templates.service.ts';
import { tokenHandlers } from '../../packages/daemon/src/domains/tokens/tokens.routes.ts';
import { makeTokenService } from '../../packages/daemon/src/domains/tokens/tokens.service.ts';
import { assembleWarnings } from '../../packages/daemon/src/domains/warnings/assembly.ts';
import { makeFleetConnections } from '../../packages/daemon/src/fleet/connection.ts';
import { makeIncus } from '../../packages/daemon/src/fleet/incus.ts';
import { makeIncusObjects } from '../../packages/daemon/src/fleet/incus-objects.ts';
import { makeIncusOs } from '../../packages/daemon/src/fleet/incus-os.ts';
import { readShownCertificate } from '../../packages/daemon/src/fleet/shown-certificate.ts';
import { systemClock } from '../../packages/daemon/src/platform/clock.ts';
import { makeApi } from '../../packages/daemon/src/platform/http/api.ts';
import { listenOnHttps, listenOnSocket } from '../../packages/daemon/src/platform/http/listeners.ts';
import { makeSealer } from '../../packages/daemon/src/platform/keys/sealing.ts';
import { makeLog } from '../../packages/daemon/src/platform/log.ts';
import type { MainDatabase } from '../../packages/daemon/src/schema.ts';
import { type Fleet, systemClock as fleetClock, makeFleet } from '../../packages/simulator/src/index.ts';
import { makeCertificate } from '../../packages/tls/src/index.ts';
import { openCreationDatabase } from './creation-parts.ts';

export type ResetWorld = AsyncDisposable & {
  database: MainDatabase;
  fleet: Fleet;
  /** Channels of ours that hold an update; the test fills it. */
  channels: string[];
  /** What servers told that they could not do. */
  failures: string[];
  ask(method: string, path: string, body?: unknown): Promise<Reply>;
};

/** Machines boot in half a second instead of ten. */
const speed = 20;

export async function startResetWorld(servers: number): Promise<ResetWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'oc-reset-'));
  const client = await makeCertificate({ commonName: 'operations-center', usage: 'both' });
  const own = await makeCertificate({
    commonName: 'own',
    dnsNames: ['own'],
    addresses: ['127.0.0.1'],
    usage: 'server',
  });
  const database = await openCreationDatabase(join(directory, 'test.db'));
  const clock = systemClock;
  const log = makeLog('', { write: () => undefined });
  const events = makeTestLog(clock);
  const tokens = makeTokenService({ database, clock, events, defaultChannel: () => 'stable' });
  const warnings = assembleWarnings({ database, clock, events });
  const sealer = makeSealer(Buffer.alloc(32, 7));
  const platform = { database, clock, log, sealer, events, identity: { client, server: own } };
  const known = assembleServers(platform, { tokens, warnings: warnings.service, mayReplaceSilent: () => false });
  const connections = makeFleetConnections({ clientCertificate: client.certificate, clientKey: client.key });
  const channels: string[] = [];
  const place = { url: '' };
  const parts = {
    ...platform,
    fleet: {
      connections,
      incus: makeIncus(connections),
      incusOs: makeIncusOs(connections),
      objects: makeIncusObjects(connections),
      readShownCertificate,
    },
    temporaryFolder: directory,
    servers: known.service,
    warnings: warnings.service,
    inventory: { scan: async () => ({ problems: [] }), removeCluster: async () => {}, renameCluster: async () => {} },
    templates: makeTemplateService({ database, clock, events, sealer }),
    tokens,
    channelsWithUpdates: async () => channels,
    ownAddress: () => place.url,
    standsStill: async (id: string) => standsStill(await operations.service.load(id)),
  };
  const workflows = assembleClusterWorkflows(parts);
  const operations = assembleOperations({ database, clock, log, workflows, warnings: warnings.service, events });
  const clusters = assembleClusters({ ...parts, operations: operations.service, defaultChannel: () => 'stable' });
  const api = await makeApi({
    handlers: [...tokenHandlers(tokens), ...known.handlers, ...operations.handlers, ...clusters.handlers],
    callerOf: makeCallerOf({ isTrusted: () => false, nowMs: () => clock.nowMs() }),
    log,
  });
  const https = await listenOnHttps({ host: '127.0.0.1', port: 0 }, own, withUpdates(api));
  place.url = `https://${https.address}`;
  const path = join(directory, 'unix.socket');
  const socket = await listenOnSocket(path, api);
  await operations.start();
  known.start();
  const token = await tokens.create({
    uses_remaining: servers,
    expire_at: '2099-01-01T00:00:00Z',
    description: '',
    channel: '',
  });
  const failures: string[] = [];
  const fleet = makeFleet({
    ...{ namePrefix: 'server', network: '127.251.0.0/16', seed: 'reset', latencyMs: 0, concurrency: 8 },
    ...{ curve: 'P-256', faults: [], pace: 0, cacheDirectory: directory },
    clock: fleetClock(speed),
    operationsCenter: { url: place.url, certificate: own.certificate, token },
    registered: () => {},
    failed: (server, message) => void failures.push(`${server}: ${message}`),
  });
  await fleet.boot(await fleet.add(servers));
  return {
    ...{ database, fleet, channels, failures },
    ask: (method, where, body) => askSocket(path, method, where, body, {}),
    async [Symbol.asyncDispose]() {
      fleet.end();
      await Promise.all([https.close(100), socket.close(100)]);
      await operations.stop(100);
      await known.stop();
      await connections.close();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The one update that there is, and the application in it: what the release that keeps updates will answer. */
const withUpdates =
  (api: RequestListener): RequestListener =>
  (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'https://own');
    if (!pathname.startsWith('/1.0/provisioning/updates')) return api(request, response);
    const metadata = pathname.endsWith('/files')
      ? [{ filename: 'x86_64/incus.raw.gz', type: 'application', component: 'incus' }]
      : [{ uuid: 'update-1', version: '202609010000', channels: ['stable'] }];
    const envelope = { type: 'sync', status: 'Success', status_code: 200, operation: '', error_code: 0, error: '' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...envelope, metadata }));
  };
