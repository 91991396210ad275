import { tmpdir } from 'node:os';
import { routes } from '../../packages/contract/src/index.ts';
import { assembleClusterWorkflows } from '../../packages/daemon/src/domains/clusters/assembly.ts';
import { makeClusterCreation } from '../../packages/daemon/src/domains/clusters/creation/create-cluster.service.ts';
import { makePreparation } from '../../packages/daemon/src/domains/clusters/creation/prepare-creation.service.ts';
import { makeDescribeCreation } from '../../packages/daemon/src/domains/clusters/description/describe-creation.service.ts';
import type { CreateClusterPlan } from '../../packages/daemon/src/domains/clusters/plan/plan.ts';
import { makeTestLog } from '../../packages/daemon/src/domains/events/test-log.ts';
import type { OperationService } from '../../packages/daemon/src/domains/operations/operations.service.ts';
import { assembleServers } from '../../packages/daemon/src/domains/servers/assembly.ts';
import { newServer } from '../../packages/daemon/src/domains/servers/registration/new-server.ts';
import { insertServer, saveDocuments } from '../../packages/daemon/src/domains/servers/servers.store.ts';
import { makeTemplateService } from '../../packages/daemon/src/domains/templates/templates.service.ts';
import { makeTokenService } from '../../packages/daemon/src/domains/tokens/tokens.service.ts';
import { assembleWarnings } from '../../packages/daemon/src/domains/warnings/assembly.ts';
import { makeIncus } from '../../packages/daemon/src/fleet/incus.ts';
import { makeIncusObjects } from '../../packages/daemon/src/fleet/incus-objects.ts';
import { makeIncusOs } from '../../packages/daemon/src/fleet/incus-os.ts';
import { migrations } from '../../packages/daemon/src/migrations.ts';
import { systemClock } from '../../packages/daemon/src/platform/clock.ts';
import { makeSealer } from '../../packages/daemon/src/platform/keys/sealing.ts';
import { makeLog } from '../../packages/daemon/src/platform/log.ts';
import type { MainDatabase, Schema } from '../../packages/daemon/src/schema.ts';
import { openSqlite } from '../../packages/database/src/index.ts';
import type { SimulatedServer } from '../../packages/simulator/src/index.ts';
import type { KeyPair } from '../bench/load.ts';
import type { makeInProcessConnections } from './in-process-connections.ts';

export const clusterName = 'wonderful';

export type DaemonIdentity = KeyPair & { fingerprint: string };
type Connections = ReturnType<typeof makeInProcessConnections>;

export const openCreationDatabase = (path: string): Promise<MainDatabase> =>
  openSqlite<Schema>({ path, migrations, backupBeforeMigration: false });

/** What the inventory was told: which clusters it holds. */
export type PretendInventory = Set<string>;

/** The domain of clusters as the daemon assembles it, on these connections. */
export function makeCreationParts(
  database: MainDatabase,
  connections: Connections,
  identity: DaemonIdentity,
  policyClock: { nowMs(): number } = systemClock,
) {
  const clock = { ...systemClock, nowMs: () => policyClock.nowMs() };
  const log = makeLog('', { write: () => undefined });
  const held: PretendInventory = new Set();
  const events = makeTestLog(clock);
  const warnings = assembleWarnings({ database, clock, events });
  const platform = {
    database,
    clock,
    log,
    events,
    sealer: makeSealer(Buffer.alloc(32, 7)),
    identity: { client: identity, server: identity },
  };
  const tokens = makeTokenService({ database, clock, events, defaultChannel: () => 'stable' });
  const servers = assembleServers(platform, {
    tokens,
    warnings: warnings.service,
    mayReplaceSilent: () => true,
  });
  const parts = {
    ...platform,
    fleet: {
      connections,
      incus: makeIncus(connections),
      incusOs: makeIncusOs(connections),
      objects: makeIncusObjects(connections),
      readShownCertificate: connections.readShownCertificate,
    },
    temporaryFolder: tmpdir(),
    // Of a factory reset, which no creation comes to.
    tokens,
    channelsWithUpdates: async () => [],
    ownAddress: () => '',
    standsStill: async () => true,
    servers: servers.service,
    warnings: warnings.service,
    inventory: {
      async scan({ cluster }: { cluster: string }) {
        held.add(cluster);
        return { problems: [] };
      },
      async removeCluster(cluster: string) {
        held.delete(cluster);
      },
      async renameCluster() {},
    },
  };
  return { parts, held, workflows: assembleClusterWorkflows(parts) };
}

/** Registers the servers by their rows, and takes name, servers and ids for a creation of them all: gives its plan. */
export async function planCreation(
  database: MainDatabase,
  connections: Connections,
  identity: DaemonIdentity,
  servers: readonly SimulatedServer[],
  configs: object,
): Promise<CreateClusterPlan> {
  for (const server of servers) await registerServer(database, server);
  const { parts } = makeCreationParts(database, connections, identity);
  const submitted: unknown[] = [];
  const templates = makeTemplateService(parts);
  const creation = makeClusterCreation({
    ...parts,
    templates,
    preparation: makePreparation({
      ...parts,
      defaultChannel: () => 'stable',
      templates,
    }),
    describe: makeDescribeCreation({ ...parts, outline: () => [] }),
    operations: {
      async submit(_tx: unknown, { plan }: { plan: unknown }) {
        submitted.push(plan);
        return 'planned';
      },
    } as unknown as OperationService, // a first request for a free name asks for nothing else
  });
  const names = servers.map(({ name }) => name);
  const request = {
    name: clusterName,
    server_names: names,
    server_type: 'incus',
    connection_url: urlOf(servers[0]),
    ...configs,
  };
  await creation.begin(routes.clusters_create.body.parse(request), 'proof');
  return submitted[0] as CreateClusterPlan; // made by the planner of this very workflow
}

export const urlOf = (server: SimulatedServer | undefined): string => `https://${server?.address ?? ''}:8443`;

async function registerServer(database: MainDatabase, server: SimulatedServer): Promise<void> {
  const { certificate, fingerprint } = server.certificate;
  const row = newServer(
    {
      name: server.name,
      channel: 'stable',
      status: 'ready',
      status_detail: '',
      server_type: 'incus',
      connection_url: urlOf(server),
      certificate,
      fingerprint,
      system_uuid: `uuid-of-${server.name}`,
    },
    Date.now(),
  );
  const version_data = JSON.stringify({
    os: { name: 'IncusOS', version: '202609010000', version_next: '', needs_reboot: false },
    applications: [{ name: 'incus', version: '202609010000', in_maintenance: 0 }],
    update_channel: 'stable',
  });
  const documents = { hardware_data: '{}', os_data: '{}', version_data };
  await database.write('proof', async (tx) => {
    await insertServer(tx, row);
    await saveDocuments(tx, { name: server.name, digest: '', polled_at: Date.now(), ...documents });
  });
}
