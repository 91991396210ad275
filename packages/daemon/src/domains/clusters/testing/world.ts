import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '@operations-center/tls';
import { makeFleetConnections } from '../../../fleet/connection.ts';
import { makeIncus } from '../../../fleet/incus.ts';
import { makeIncusObjects } from '../../../fleet/incus-objects.ts';
import { makeIncusOs } from '../../../fleet/incus-os.ts';
import { readShownCertificate } from '../../../fleet/shown-certificate.ts';
import { type TestServer, testCertificate } from '../../../fleet/test-server.ts';
import { type Clock, systemClock } from '../../../platform/clock.ts';
import { makeApi } from '../../../platform/http/api.ts';
import { listenOnSocket } from '../../../platform/http/listeners.ts';
import { makeSealer, type Sealer } from '../../../platform/keys/sealing.ts';
import { makeLog } from '../../../platform/log.ts';
import type { MainDatabase } from '../../../schema.ts';
import { openTestDatabase } from '../../../testing/test-database.ts';
import { makeCallerOf } from '../../access/callers.ts';
import { makeTestLog } from '../../events/test-log.ts';
import { assembleOperations } from '../../operations/assembly.ts';
import { assembleServers } from '../../servers/assembly.ts';
import { newServer } from '../../servers/registration/new-server.ts';
import { insertServer, saveDocuments } from '../../servers/servers.store.ts';
import { templateHandlers } from '../../templates/templates.routes.ts';
import { makeTemplateService } from '../../templates/templates.service.ts';
import { makeTokenService } from '../../tokens/tokens.service.ts';
import { assembleWarnings } from '../../warnings/assembly.ts';
import { assembleClusters, assembleClusterWorkflows } from '../assembly.ts';
import type { InventoryTarget } from '../cluster-parts.ts';
import { type AskOptions, askSocket, type Reply } from './ask-socket.ts';
import { makeWork, stepOf, type Work } from './one-step.ts';
import { type StandInState, startStandIn } from './stand-in.ts';
import { versionData } from './values.ts';

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
  const templates = makeTemplateService({ database, clock, events, sealer });
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
    templates,
    standsStill: async () => true,
    tokens,
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
    handlers: [
      ...templateHandlers(templates),
      ...operations.handlers,
      ...clusters.handlers,
      ...servers.handlers,
      ...warnings.handlers,
    ],
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

export const operationsOf = async (world: World): Promise<Reply['body'][]> =>
  Object.values(
    (await world.ask('GET', '/1.0/operations?recursion=1')).body.metadata as Record<string, unknown[]>,
  ).flat();
export const serversOf = async (world: World): Promise<{ name: string; cluster: string; forming: string | null }[]> =>
  world.database.rows('select name, cluster, forming_cluster as forming from servers order by name');
export const clusterNames = async (world: World): Promise<string[]> =>
  (await world.ask('GET', '/1.0/provisioning/clusters')).body.metadata;
