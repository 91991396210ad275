import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterPost, routes } from '@operations-center/contract';
import { makeCertificate } from '@operations-center/tls';
import { type Step, StepFailure } from '@operations-center/workflow';
import { makeFleetConnections } from '../../../fleet/connection.ts';
import { makeIncus } from '../../../fleet/incus.ts';
import { makeIncusObjects } from '../../../fleet/incus-objects.ts';
import { makeIncusOs } from '../../../fleet/incus-os.ts';
import { readShownCertificate } from '../../../fleet/shown-certificate.ts';
import { startTestServer, type TestServer, testCertificate } from '../../../fleet/test-server.ts';
import { type Clock, systemClock } from '../../../platform/clock.ts';
import { makeApi } from '../../../platform/http/api.ts';
import { listenOnSocket } from '../../../platform/http/listeners.ts';
import { makeLog } from '../../../platform/log.ts';
import { makeSealer, type Sealer } from '../../../platform/sealing.ts';
import type { MainDatabase } from '../../../schema.ts';
import { openTestDatabase } from '../../../testing/test-database.ts';
import { makeCallerOf } from '../../access/callers.ts';
import { makeTestLog } from '../../events/test-log.ts';
import { assembleOperations } from '../../operations/assembly.ts';
import { assembleServers } from '../../servers/assembly.ts';
import { newServer } from '../../servers/new-server.ts';
import type { Server } from '../../servers/server.ts';
import { insertServer, saveDocuments } from '../../servers/servers.store.ts';
import { makeTokenService } from '../../tokens/tokens.service.ts';
import { assembleWarnings } from '../../warnings/assembly.ts';
import { assembleClusters, assembleClusterWorkflows } from '../assembly.ts';
import type { InventoryTarget } from '../cluster-parts.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import { whatHealthyServersSay } from './answers.ts';

/** A request as the contract reads it. */
export const postOf = (change: Record<string, unknown>): ClusterPost =>
  routes.clusters_create.body.parse({ name: 'wonderful', server_names: ['server1'], server_type: 'incus', ...change });

export const versionData = (change: object = {}): string =>
  JSON.stringify({
    os: { name: 'IncusOS', version: '202609010000', version_next: '', needs_reboot: false },
    applications: [{ name: 'incus', version: '202609010000', in_maintenance: 0 }],
    update_channel: 'stable',
    ...change,
  });

export const emptyServer = (name: string): Server => ({
  name,
  connection_url: `https://${name}:8443`,
  channel: 'stable',
  server_type: 'incus',
  certificate: '',
  fingerprint: `fingerprint-of-${name}`,
  cluster: null,
  forming_cluster: null,
  cluster_fingerprint: null,
  status: 'ready',
  status_detail: '',
  machine_id: null,
  system_uuid: `uuid-of-${name}`,
  hardware_data: '{}',
  os_data: '{}',
  version_data: versionData(),
});

/** What a stand-in shows; a test changes it while it runs. */
export type StandInState = {
  clustered: boolean;
  trusted: boolean;
  services: Record<string, Record<string, unknown>>;
  interfaces: Record<string, { addresses: string[]; roles: string[] }>;
  /** URLs of what it holds, by list: `/1.0/projects`. */
  contents: Record<string, string[]>;
  /** Undefined: as it should be. */
  answer: 'nothing' | 'garbage' | 'html' | 'endless' | undefined;
};

/** What the step that stands for all steps does. */
export type Work = { wish: 'succeed' | 'warn' | 'fail' | 'ask' | 'wait'; started: Promise<void>; go(): void };

// What the API answers is checked by what is expected of it.
// oxlint-disable-next-line typescript/no-explicit-any
export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: any };

export type World = AsyncDisposable & {
  database: MainDatabase;
  sealer: Sealer;
  stands: { state: StandInState; server: TestServer }[];
  work: Work;
  /** As the daemon does it at its end. */
  stopOperations(): Promise<void>;
  /** What was asked of the inventory. */
  inventory: { calls: string[]; problems: string[] };
  ask(method: string, path: string, body?: unknown, options?: AskOptions): Promise<Reply>;
  create(change: Record<string, unknown>, query?: string, options?: AskOptions): Promise<Reply>;
};
type AskOptions = { headers?: Record<string, string>; signal?: AbortSignal };

/**
 * The domain as the daemon has it: a database file, the API on a socket, real connections to servers that answer what is
 * asked before a creation. The creation itself is one step that does as a test says.
 */
export async function startWorld(count = 3, clock: Clock = systemClock): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'clusters-'));
  const [client, own] = await Promise.all([
    makeCertificate({ commonName: 'operations-center' }),
    testCertificate('own'),
  ]);
  const database = await openTestDatabase(join(directory, 'test.db'));
  const log = makeLog('', { write: () => undefined });
  const sealer = makeSealer(Buffer.alloc(32, 7));
  const events = makeTestLog(clock);
  const tokens = makeTokenService({ database, clock, events, defaultChannel: () => 'stable' });
  const warnings = assembleWarnings({ database, clock, events });
  const platform = { database, clock, log, sealer, events, identity: { client, server: own } };
  const servers = assembleServers(platform, { tokens, warnings: warnings.service, mayReplaceSilent: () => true });
  const fleet = makeFleetConnections({ clientCertificate: client.certificate, clientKey: client.key });
  const inventory: World['inventory'] = { calls: [], problems: [] };
  const parts = {
    ...platform,
    fleet: {
      connections: fleet,
      incus: makeIncus(fleet),
      incusOs: makeIncusOs(fleet),
      objects: makeIncusObjects(fleet),
      readShownCertificate,
    },
    temporaryFolder: directory,
    channelsWithUpdates: async () => [],
    ownAddress: () => '',
    servers: servers.service,
    inventory: noteInventory(inventory),
    warnings: warnings.service,
  };
  const work = makeWork();
  const workflows = assembleClusterWorkflows(parts).map((workflow) => ({
    ...workflow,
    steps: () => [stepOf(work, parts)],
  }));
  const operations = assembleOperations({ database, clock, log, workflows, warnings: warnings.service, events });
  const clusters = assembleClusters({ ...parts, operations: operations.service, defaultChannel: () => 'stable' });
  const callerOf = makeCallerOf({ isTrusted: () => false, nowMs: () => clock.nowMs() });
  const api = await makeApi({
    handlers: [...operations.handlers, ...clusters.handlers, ...servers.handlers, ...warnings.handlers],
    callerOf,
    log,
  });
  const socket = join(directory, 'unix.socket');
  const listener = await listenOnSocket(socket, api);
  await operations.start();
  const stands = await Promise.all(Array.from({ length: count }, (_, at) => startStandIn(`server${at + 1}`)));
  for (const [at, { server, certificate }] of stands.entries())
    await addServer(database, at + 1, server.endpoint.url, certificate);
  const ask: World['ask'] = (method, path, body, options = {}) => askSocket(socket, method, path, body, options);
  return {
    database,
    sealer,
    stands,
    work,
    stopOperations: () => operations.stop(100),
    inventory,
    ask,
    create: (change, query = '', options = {}) =>
      ask(
        'POST',
        `/1.0/provisioning/clusters${query}`,
        { name: 'wonderful', server_names: ['server1'], server_type: 'incus', ...change },
        options,
      ),
    async [Symbol.asyncDispose]() {
      work.go();
      await listener.close(1_000);
      await operations.stop(1_000);
      await servers.stop();
      await fleet.close();
      for (const { server } of stands) await server[Symbol.asyncDispose]();
      await database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

const noteInventory = (inventory: World['inventory']) => ({
  async scan({ cluster, serverNames }: InventoryTarget) {
    inventory.calls.push(`scan ${cluster} ${serverNames.join(' ')}`);
    return { problems: inventory.problems };
  },
  async removeCluster(cluster: string) {
    inventory.calls.push(`remove ${cluster}`);
  },
  async renameCluster(from: string, to: string) {
    inventory.calls.push(`rename ${from} ${to}`);
  },
});

function makeWork(): Work & { begin(): void; gate: Promise<void> } {
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  return { wish: 'succeed', started: started.promise, gate: gate.promise, go: gate.resolve, begin: started.resolve };
}

type Parts = Parameters<typeof assembleClusterWorkflows>[0];

/** Stands for all steps of a creation: what each of them does is tested where it is written. */
function stepOf(work: ReturnType<typeof makeWork>, parts: Parts): Step {
  const policy = { name: 'test', attempts: 1, backoffMs: 1, backoffMaxMs: 1, deadlineMs: 20_000, everyMs: 10 };
  return {
    name: 'join-member',
    target: 'server1',
    about: 'Let server1 join',
    after: [],
    policy,
    async run({ plan, signal, warn }) {
      work.begin();
      if (work.wish === 'warn') warn({ code: 'odd', message: 'server1 is odd' });
      if (work.wish === 'wait') await Promise.race([work.gate, aborted(signal)]);
      if (work.wish === 'fail')
        throw new StepFailure('permanent', 'join_failed', 'server1: no route', { hint: 'Look at it.' });
      if (work.wish === 'ask') throw new StepFailure('attention', 'wrong_members', 'server1: somebody else was here');
      // The plan is the one of this very workflow.
      const { servers, cluster, channel } = plan as unknown as CreateClusterPlan;
      return {
        async save(tx) {
          for (const { name, connection_url } of servers)
            await parts.servers.adopt(tx, name, { cluster, connection_url, channel });
        },
      };
    },
    undo: {
      policy,
      run: async ({ plan }) => ({
        async save(tx) {
          const { servers, cluster } = plan as unknown as CreateClusterPlan;
          await parts.servers.release(tx, cluster);
          await parts.servers.setForming(
            tx,
            servers.map(({ name }) => name),
            null,
          );
        },
      }),
    },
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

async function addServer(
  database: MainDatabase,
  number: number,
  url: string,
  certificate: { certificate: string; fingerprint: string },
) {
  const name = `server${number}`;
  const known = { name, channel: 'stable', status: 'ready', status_detail: '', server_type: 'incus' } as const;
  const { certificate: pem, fingerprint } = certificate;
  const row = newServer(
    { ...known, connection_url: url, certificate: pem, fingerprint, system_uuid: `uuid-of-${name}` },
    Date.now(),
  );
  const documents = { hardware_data: '{}', os_data: '{}', version_data: versionData() };
  await database.write('test', async (tx) => {
    await insertServer(tx, row);
    await saveDocuments(tx, { name, digest: '', polled_at: Date.now(), ...documents });
  });
}

async function startStandIn(name: string) {
  const certificate = await testCertificate(name);
  const state: StandInState = {
    clustered: false,
    trusted: true,
    services: { lvm: { enabled: false, system_id: 0 }, nvme: { enabled: false, targets: [] } },
    interfaces: { eth0: { addresses: [`10.0.0.${name.replace('server', '')}`], roles: ['management', 'cluster'] } },
    contents: { '/1.0/projects': ['/1.0/projects/default'] },
    answer: undefined,
  };
  const server = await startTestServer(certificate, ({ url }, response) => {
    if (state.answer === 'nothing') return;
    if (state.answer === 'endless') {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (response.write(' '.repeat(65_536)));
        response.once('drain', more);
      };
      return more();
    }
    if (state.answer !== undefined) return void response.end(state.answer === 'html' ? '<html></html>' : '{"type":');
    const metadata = answerTo(url, name, state);
    const found = metadata !== undefined;
    const error = {
      type: 'error',
      status: '',
      status_code: 0,
      operation: '',
      error_code: 404,
      error: 'not found',
      metadata: null,
    };
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        found
          ? { ...error, type: 'sync', status: 'Success', status_code: 200, error_code: 0, error: '', metadata }
          : error,
      ),
    );
  });
  return { state, server, certificate };
}

function answerTo(url: string, name: string, state: StandInState): unknown {
  const service = /^\/os\/1\.0\/services\/([^/]+)$/.exec(url)?.[1];
  if (service !== undefined) {
    const config = state.services[service];
    return config === undefined ? undefined : { config, state: {} };
  }
  const environment = {
    certificate: '',
    certificate_fingerprint: '',
    server_clustered: state.clustered,
    server_name: name,
    server_version: '7.0',
    storage_supported_drivers: [{ Name: 'zfs' }, { Name: 'dir' }],
  };
  const answers: Record<string, unknown> = {
    '/': ['/1.0'],
    '/1.0': {
      auth: state.trusted ? 'trusted' : 'untrusted',
      config: {},
      api_extensions: [],
      ...(state.trusted ? { environment } : {}),
    },
    '/os/1.0/services': Object.keys(state.services).map((one) => `/1.0/services/${one}`),
    ...Object.fromEntries(contentUrls.map((url) => [url, state.contents[url.split('?')[0] ?? ''] ?? []])),
    ...whatHealthyServersSay(name),
    '/os/1.0/system/network': { config: null, state: { interfaces: state.interfaces } },
    '/1.0/metadata/configuration': localKeys,
  };
  return answers[url];
}

const contentUrls = [
  '/1.0/instances?all-projects=true',
  '/1.0/images?all-projects=true',
  '/1.0/projects',
  '/1.0/storage-pools',
  '/1.0/profiles?all-projects=true',
  '/1.0/networks?recursion=1&all-projects=true',
];

const local = (key: string) => ({ [key]: { scope: 'local', type: 'string' } });
export const localKeys = {
  configs: {
    server: { misc: { keys: ['storage.backups_volume', 'storage.images_volume', 'storage.logs_volume'].map(local) } },
    storage_zfs: { common: { keys: [local('source')] } },
  },
};

function askSocket(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
  { headers = {}, signal }: AskOptions,
): Promise<Reply> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const options = { socketPath, method, path, agent: false, headers, ...(signal === undefined ? {} : { signal }) };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: JSON.parse(Buffer.concat(chunks).toString()),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

export const operationsOf = async (world: World): Promise<Reply['body'][]> =>
  Object.values(
    (await world.ask('GET', '/1.0/operations?recursion=1')).body.metadata as Record<string, unknown[]>,
  ).flat();
export const serversOf = async (world: World): Promise<{ name: string; cluster: string; forming: string | null }[]> =>
  world.database.rows('select name, cluster, forming_cluster as forming from servers order by name');
export const clusterNames = async (world: World): Promise<string[]> =>
  (await world.ask('GET', '/1.0/provisioning/clusters')).body.metadata;
