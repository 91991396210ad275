import type { News } from '@operations-center/database';
import { hasFullRights } from './domains/access/callers.ts';
import { channelHandlers } from './domains/channels/channels.routes.ts';
import { makeChannelService } from './domains/channels/channels.service.ts';
import { assembleClusters, assembleClusterWorkflows } from './domains/clusters/assembly.ts';
import type { ClusterInventory } from './domains/clusters/cluster-parts.ts';
import type { Shares } from './domains/daemons/shares.ts';
import type { EventLog } from './domains/events/event-log.ts';
import { healthHandlers } from './domains/health/health.routes.ts';
import { makeHealthService } from './domains/health/health.service.ts';
import { assembleInventory } from './domains/inventory/assembly.ts';
import type { InventoryService } from './domains/inventory/inventory.service.ts';
import type { VaultKeys } from './domains/inventory/secrets/vault.ts';
import type { InventoryPlace } from './domains/inventory/threads/inventory-place.store.ts';
import { assembleOperations } from './domains/operations/assembly.ts';
import { standsStill } from './domains/operations/operation.ts';
import { schemaHandlers } from './domains/schemas/schemas.routes.ts';
import { assembleServers } from './domains/servers/assembly.ts';
import { type HoldService } from './domains/settings/hold.service.ts';
import { holdHandlers } from './domains/settings/settings.routes.ts';
import { makeSettingsService } from './domains/settings/settings.service.ts';
import { templateHandlers } from './domains/templates/templates.routes.ts';
import { makeTemplateService } from './domains/templates/templates.service.ts';
import { tokenHandlers } from './domains/tokens/tokens.routes.ts';
import { makeTokenService } from './domains/tokens/tokens.service.ts';
import { assembleUpdates } from './domains/updates/assembly.ts';
import { assembleWarnings } from './domains/warnings/assembly.ts';
import { assembleWebhooks } from './domains/webhooks/assembly.ts';
import { type FleetConnections } from './fleet/connection.ts';
import { makeFleetEvents } from './fleet/event-stream.ts';
import { makeIncus } from './fleet/incus.ts';
import { makeIncusObjects } from './fleet/incus-objects.ts';
import { makeIncusOs } from './fleet/incus-os.ts';
import { readShownCertificate } from './fleet/shown-certificate.ts';
import type { ChangeLog } from './platform/change-log.ts';
import type { Clock } from './platform/clock.ts';
import type { Handler } from './platform/http/answer.ts';
import type { Identity } from './platform/keys/identity.ts';
import type { Sealer } from './platform/keys/sealing.ts';
import { type Log } from './platform/log.ts';
import type { StateDirectory } from './platform/state-directory.ts';
import type { MainDatabase } from './schema.ts';

/** What every domain may be given. */
export type Platform = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  identity: Identity;
  state: StateDirectory;
  fleet: FleetConnections;
  events: EventLog;
  /** Who we are among the daemons of this database, and after how long silence one of them is taken for dead. */
  daemon: { id: string; leaseMs: number };
  news: News;
  shares: Shares;
};

export type Domains = {
  handlers: readonly Handler[];
  /** Of the inventory. */
  changes: ChangeLog;
  start(): Promise<void>;
  stop(graceMs: number): Promise<void>;
};

export type DomainParts = {
  settings: Awaited<ReturnType<typeof makeSettingsService>>;
  warnings: ReturnType<typeof assembleWarnings>;
  hold: HoldService;
  inventoryPlace: InventoryPlace;
  inventoryKeys: VaultKeys;
};

/** Every domain beyond the settings, in the order in which they need each other. */
export async function assembleDomains(
  platform: Platform,
  { settings, warnings, hold, inventoryPlace, inventoryKeys }: DomainParts,
): Promise<Domains> {
  const { database, clock, log, state, fleet, events } = platform;
  const defaultChannel = () => settings.current().updates.server_default_channel || 'stable';
  const tokens = makeTokenService({ database, clock, events, defaultChannel });
  const templates = makeTemplateService(platform);
  const updates = assembleUpdates(platform);
  const showsSecrets = () => settings.current().security.redact !== 'always';
  const servers = assembleServers(platform, {
    tokens,
    warnings: warnings.service,
    mayReplaceSilent: () => settings.current().settings.replace_silent_servers,
    showsSecrets,
    shares: platform.shares,
    news: platform.news,
  });
  const inventory = await assembleInventory({
    place: inventoryPlace,
    keys: inventoryKeys,
    maySeeSecrets: (caller) => hasFullRights(caller) && showsSecrets(),
    fleet,
    events: makeFleetEvents({
      clientCertificate: platform.identity.client.certificate,
      clientKey: platform.identity.client.key,
    }),
    clustersToScan: () => clusters.service.listInventoryTargets(),
    warnings: warnings.service,
    onServer: (name) => servers.service.nudge([name]),
    keptHistory: () => {
      const { inventory_kept_days, inventory_kept_mib } = settings.current().settings;
      return { days: inventory_kept_days, bytes: inventory_kept_mib * 2 ** 20 };
    },
    clusterNames: async () => (await clusters.service.list()).map(({ name }) => name),
    ...(database.dialect === 'sqlite'
      ? {}
      : { isMine: (cluster: string) => platform.shares.isMine(`cluster/${cluster}`) }),
    clock,
    log,
  });
  const clusterParts = {
    ...platform,
    fleet: {
      connections: fleet,
      incus: makeIncus(fleet),
      incusOs: makeIncusOs(fleet),
      objects: makeIncusObjects(fleet),
      readShownCertificate,
    },
    temporaryFolder: state.temporary,
    servers: servers.service,
    warnings: warnings.service,
    inventory: scannedBy(inventory.service),
    tokens,
    channelsWithUpdates: async () =>
      (await updates.service.list({ status: 'ready' })).flatMap(({ channels }) => channels),
    ownAddress: () => settings.current().network.address,
    standsStill: async (id: string) => standsStill(await operations.service.load(id)),
  };
  const webhooks = assembleWebhooks({
    ...platform,
    warnings: warnings.service,
    findOperation: (id) => operations.service.find(id),
    held: () => hold.current()?.reason,
  });
  const operations = assembleOperations({
    database,
    clock,
    log,
    workflows: assembleClusterWorkflows(clusterParts),
    daemon: platform.daemon,
    news: platform.news,
    warnings: warnings.service,
    events,
    onRest: (tx, rest) => webhooks.service.queue(tx, rest),
    kept: () => {
      const { operations_kept_days, operations_kept } = settings.current().settings;
      return { days: operations_kept_days, count: operations_kept };
    },
    held: () => hold.current()?.reason,
  });
  const isHeld = (): boolean => hold.current() !== undefined;
  const clusters = assembleClusters({
    ...clusterParts,
    operations: operations.service,
    defaultChannel,
    templates,
  });
  return {
    changes: inventory.service.changes,
    handlers: [
      ...tokenHandlers(tokens),
      ...templateHandlers(templates),
      ...channelHandlers(makeChannelService(database)),
      ...updates.handlers,
      ...servers.handlers,
      ...inventory.handlers,
      ...operations.handlers,
      ...webhooks.handlers,
      ...schemaHandlers(clock),
      ...healthHandlers(
        makeHealthService({ database, clock, operations: operations.service, warnings: warnings.service, isHeld }),
      ),
      ...holdHandlers(hold, async () => (await operations.service.count(clock.nowMs())).paused),
      ...clusters.handlers,
    ],
    async start() {
      inventory.start();
      servers.start();
      await operations.start();
      webhooks.start();
      clusters.start();
    },
    async stop(graceMs) {
      await operations.stop(graceMs);
      await clusters.stop();
      await webhooks.stop();
      await servers.stop();
      await inventory.stop();
    },
  };
}

/** The inventory as clusters see it. */
const scannedBy = (inventory: InventoryService): ClusterInventory => ({
  async scan(target, signal) {
    const { problems } = await inventory.scanCluster(target, signal);
    return { problems: problems.map(({ kind, message }) => `${kind}: ${message}`) };
  },
  removeCluster: (cluster) => inventory.removeCluster(cluster),
  renameCluster: (from, to) => inventory.renameCluster(from, to),
});
