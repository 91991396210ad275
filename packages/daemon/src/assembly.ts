import type { News } from '@operations-center/database';
import { makeCallerOf } from './domains/access/callers.ts';
import { assembleAudit } from './domains/audit/assembly.ts';
import { channelHandlers } from './domains/channels/channels.routes.ts';
import { makeChannelService } from './domains/channels/channels.service.ts';
import { assembleClusters, assembleClusterWorkflows } from './domains/clusters/assembly.ts';
import type { ClusterInventory } from './domains/clusters/cluster-parts.ts';
import { makeShares } from './domains/daemons/shares.service.ts';
import type { Shares } from './domains/daemons/shares.ts';
import { assembleEvents } from './domains/events/assembly.ts';
import type { EventLog } from './domains/events/event-log.ts';
import type { Numbering } from './domains/events/numbering.service.ts';
import { healthHandlers } from './domains/health/health.routes.ts';
import { makeHealthService } from './domains/health/health.service.ts';
import { assembleInventory } from './domains/inventory/assembly.ts';
import type { InventoryService } from './domains/inventory/inventory.service.ts';
import type { InventoryPlace } from './domains/inventory/inventory-place.store.ts';
import { assembleOperations } from './domains/operations/assembly.ts';
import { standsStill } from './domains/operations/operation.ts';
import { rootHandlers } from './domains/root/root.routes.ts';
import { schemaHandlers } from './domains/schemas/schemas.routes.ts';
import { assembleServers } from './domains/servers/assembly.ts';
import { makeOsProxy } from './domains/servers/os-proxy.service.ts';
import { type HoldService, holdOlder, makeHoldService } from './domains/settings/hold.service.ts';
import { holdHandlers, settingsHandlers } from './domains/settings/settings.routes.ts';
import { parseListenAddress, plainFingerprints } from './domains/settings/settings.rules.ts';
import { makeSettingsService, type SettingsService } from './domains/settings/settings.service.ts';
import type { NetworkSettings } from './domains/settings/settings.ts';
import { templateHandlers } from './domains/templates/templates.routes.ts';
import { makeTemplateService } from './domains/templates/templates.service.ts';
import { tokenHandlers } from './domains/tokens/tokens.routes.ts';
import { makeTokenService } from './domains/tokens/tokens.service.ts';
import { assembleUpdates } from './domains/updates/assembly.ts';
import { assembleWarnings } from './domains/warnings/assembly.ts';
import { assembleWebhooks } from './domains/webhooks/assembly.ts';
import { type FleetConnections, makeFleetConnections } from './fleet/connection.ts';
import { makeFleetEvents } from './fleet/event-stream.ts';
import { makeIncus } from './fleet/incus.ts';
import { makeIncusObjects } from './fleet/incus-objects.ts';
import { makeIncusOs } from './fleet/incus-os.ts';
import { readShownCertificate } from './fleet/shown-certificate.ts';
import { openDatabases } from './open-databases.ts';
import { findOwnKeys } from './own-keys.ts';
import type { Clock } from './platform/clock.ts';
import type { DaemonConfiguration } from './platform/daemon-configuration.ts';
import { loadDaemonId } from './platform/daemon-id.ts';
import type { Handler } from './platform/http/answer.ts';
import { makeApi, requireEveryRoute } from './platform/http/api.ts';
import { type HttpsDoor, makeHttpsDoor } from './platform/http/https-door.ts';
import { listenOnSocket } from './platform/http/listeners.ts';
import { makeStreamDoor } from './platform/http/streams.ts';
import type { Identity } from './platform/identity.ts';
import { type Log, setLogLevel } from './platform/log.ts';
import { type Loop, startLoop } from './platform/loops.ts';
import type { Sealer } from './platform/sealing.ts';
import type { FoundKey } from './platform/sealing-key.ts';
import type { StateDirectory } from './platform/state-directory.ts';
import type { MainDatabase } from './schema.ts';

export type DaemonOptions = {
  state: StateDirectory;
  configuration: DaemonConfiguration;
  /** Sealing keys from elsewhere than the file of the state. */
  givenKeys: readonly FoundKey[];
  /** This daemon must not go on: called with the reason. */
  onUnfit(reason: string): void;
  clock: Clock;
  log: Log;
  /** Overrides the stored HTTPS address for this run. */
  listen: string | undefined;
  /** Who may use the socket beside us. */
  group: { gid: number } | undefined;
  /** The command line's log level, which wins over the setting. */
  logLevel: string | undefined;
};

export type Daemon = {
  /** Where HTTPS is listened for, or undefined. */
  httpsAddress(): string | undefined;
  /** SHA-256 of what HTTPS shows: what `remote add` asks a person to compare. */
  certificateFingerprint: string;
  /** A path, or a URL without its password. */
  database: string;
  /** Takes no more work, lets what runs reach a boundary, and closes everything. */
  stop(graceMs: number): Promise<void>;
};

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

/** Builds the daemon from its parts and opens its doors, the socket last: who reaches it finds everything ready. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { state, clock, log } = options;
  const opened = await openDatabases(options, options.configuration);
  const database = opened.main;
  const daemon = { id: loadDaemonId(state.daemonId), leaseMs: leaseMsOf(options.configuration) };
  const ownKeys = await findOwnKeys(opened, { ...options, daemon }).catch(async (refusal: unknown) => {
    await database.close();
    throw refusal;
  });
  const { identity, sealer, epochs } = ownKeys;
  const fleet = makeFleetConnections({
    clientCertificate: identity.client.certificate,
    clientKey: identity.client.key,
    // What was asked of servers can be compared and audited from here (engineering E24).
    onCall: (call) => log.debug({ fleet_call: call }, 'fleet call'),
  });
  const { news } = opened;
  const location = daemon.id;
  const numbering = (): Numbering => events.numbering;
  const audit = assembleAudit({
    ...{ database, clock, log, sealer, epochs, location, numbering },
    seenHead: state.auditSeen,
    keptDays: () => settings.current().settings.audit_kept_days,
    held: () => hold.current()?.reason,
    warn: (message) => warnings.service.setPassing(auditIsLate(location), message),
  });
  const events = assembleEvents(
    { database, clock, log },
    {
      ...{ location, news, logs: [audit.numbered] },
      heed: (tx, event) => audit.service.heed(tx, event),
      onHead: (_log, head) => audit.onHead(head),
    },
  );
  const shares = makeShares({ database, news, log, daemon });
  const platform: Platform = {
    database,
    clock,
    log,
    sealer,
    identity,
    state,
    fleet,
    daemon,
    news,
    shares,
    events: events.log,
  };

  const door: { https?: HttpsDoor } = {};
  const settings = await makeSettingsService({
    database,
    sealer,
    events: events.log,
    news,
    log,
    applyNetwork: async (network) => moveHttps(door.https, network, options.listen),
    applyLogLevel: (level) => {
      if (options.logLevel === undefined) setLogLevel(log, level);
    },
  });
  const warnings = assembleWarnings(platform);
  const seenBefore = await audit.history.findBreak();
  if (seenBefore !== undefined) await holdOlder(database, { since: clock.nowMs(), seen_at: seenBefore.at });
  const hold = await makeHoldService({ database, warnings: warnings.service, events: events.log, log, news });
  const domains = await assembleDomains(platform, { settings, warnings, hold, inventoryPlace: opened.inventory });
  const handlers = [
    ...rootHandlers(daemon.id, () => hold.current()),
    ...settingsHandlers(settings),
    ...warnings.handlers,
    ...events.handlers,
    ...audit.handlers,
    ...domains.handlers,
  ];
  requireEveryRoute(handlers);
  const callerOf = makeCallerOf({
    isTrusted: (fingerprint) =>
      fingerprint === identity.client.fingerprint ||
      plainFingerprints(settings.current().security.trusted_tls_client_cert_fingerprints).has(fingerprint),
    nowMs: () => clock.nowMs(),
  });
  const api = await makeApi({
    handlers,
    proxies: [makeOsProxy({ database, connections: fleet })],
    callerOf,
    recorder: audit.service.recorder,
    checkNow: (method, name) => hold.check(method, name),
    log,
  });
  const streams = makeStreamDoor({ handlers: events.streams, callerOf, log });
  door.https = makeHttpsDoor(identity.server, api, streams);
  await moveHttps(door.https, settings.current().network, options.listen);
  await audit.service.start();
  await events.start();
  audit.start();
  await shares.start();
  await domains.start();
  const requireKey = async (): Promise<void> => {
    const reason = await ownKeys.findUnfitness();
    if (reason !== undefined) options.onUnfit(reason);
  };
  const others =
    database.dialect === 'sqlite'
      ? undefined
      : startLoop(lookAtOthers(platform, { settings, hold, requireKey }), platform);
  const socket = await listenOnSocket(state.socket, api, options.group, streams);
  return {
    httpsAddress: () => door.https?.address(),
    certificateFingerprint: identity.server.fingerprint,
    database: opened.shown,
    async stop(graceMs) {
      await streams.close();
      await Promise.all([socket.close(graceMs), door.https?.close(graceMs), domains.stop(graceMs)]);
      await others?.stop();
      await shares.stop();
      await audit.stop();
      await events.stop();
      await fleet.close();
      await news.close();
      await database.close();
    },
  };
}

const auditIsLate = (daemon: string) => ({
  type: 'Outcomes are missing in the audit',
  scope: 'audit',
  entity_type: 'daemon',
  entity: daemon,
});

/** What news may have been lost is seen within a lease. */
const lookAtOthers = (
  { daemon }: Platform,
  parts: {
    settings: Pick<SettingsService, 'reload'>;
    hold: Pick<HoldService, 'reload'>;
    /** Ends this daemon if the sealing key is another one by now. */
    requireKey(): Promise<void>;
  },
): Loop => ({
  name: 'look at what other daemons changed',
  everyMs: daemon.leaseMs,
  async look() {
    await parts.requireKey();
    await parts.settings.reload();
    await parts.hold.reload();
  },
});

const leaseMsOf = ({ database }: DaemonConfiguration): number => (database?.lease_seconds ?? 15) * 1_000;

async function moveHttps(
  door: HttpsDoor | undefined,
  network: NetworkSettings,
  override: string | undefined,
): Promise<void> {
  const address = override ?? network.rest_server_address;
  await door?.move(address === '' ? undefined : parseListenAddress(address));
}

type Domains = { handlers: readonly Handler[]; start(): Promise<void>; stop(graceMs: number): Promise<void> };

type DomainParts = {
  settings: Awaited<ReturnType<typeof makeSettingsService>>;
  warnings: ReturnType<typeof assembleWarnings>;
  hold: HoldService;
  inventoryPlace: InventoryPlace;
};

/** Every domain beyond the settings, in the order in which they need each other. */
async function assembleDomains(
  platform: Platform,
  { settings, warnings, hold, inventoryPlace }: DomainParts,
): Promise<Domains> {
  const { database, clock, log, state, fleet, events } = platform;
  const defaultChannel = () => settings.current().updates.server_default_channel || 'stable';
  const tokens = makeTokenService({ database, clock, events, defaultChannel });
  const templates = makeTemplateService(platform);
  const updates = assembleUpdates(platform);
  const servers = assembleServers(platform, {
    tokens,
    warnings: warnings.service,
    mayReplaceSilent: () => settings.current().settings.replace_silent_servers,
    showsSecrets: () => settings.current().security.redact !== 'always',
    shares: platform.shares,
    news: platform.news,
  });
  const inventory = await assembleInventory({
    place: inventoryPlace,
    fleet,
    events: makeFleetEvents({
      clientCertificate: platform.identity.client.certificate,
      clientKey: platform.identity.client.key,
    }),
    clustersToScan: () => clusters.service.listInventoryTargets(),
    warnings: warnings.service,
    onServer: (name) => servers.service.nudge([name]),
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
      ...healthHandlers(makeHealthService({ database, clock, operations: operations.service, isHeld })),
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
