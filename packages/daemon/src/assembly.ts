import { assembleDomains, type Platform } from './assemble-domains.ts';
import { makeCallerOf } from './domains/access/callers.ts';
import { assembleAudit } from './domains/audit/assembly.ts';
import { makeShares } from './domains/daemons/shares.service.ts';
import { assembleEvents } from './domains/events/assembly.ts';
import type { Numbering } from './domains/events/numbering.service.ts';
import { rootHandlers } from './domains/root/root.routes.ts';
import { makeOsProxy } from './domains/servers/os-proxy.service.ts';
import { pageAddress } from './domains/sessions/page-address.rules.ts';
import { sessionHandlers } from './domains/sessions/sessions.routes.ts';
import { makeSessionService } from './domains/sessions/sessions.service.ts';
import { answerSignIn, findByCookie } from './domains/sessions/sign-in.service.ts';
import { type HoldService, holdOlder, makeHoldService } from './domains/settings/hold.service.ts';
import { settingsHandlers } from './domains/settings/settings.routes.ts';
import { parseListenAddress, plainFingerprints } from './domains/settings/settings.rules.ts';
import { makeSettingsService, type SettingsService } from './domains/settings/settings.service.ts';
import type { NetworkSettings } from './domains/settings/settings.ts';
import { assembleWarnings } from './domains/warnings/assembly.ts';
import { makeFleetConnections } from './fleet/connection.ts';
import { openDatabases } from './open-databases.ts';
import { findOwnKeys } from './own-keys.ts';
import type { ChangeLog } from './platform/change-log.ts';
import type { Clock } from './platform/clock.ts';
import type { DaemonConfiguration } from './platform/daemon-configuration.ts';
import { loadDaemonId } from './platform/daemon-id.ts';
import { makeApi, requireEveryRoute } from './platform/http/api.ts';
import { type HttpsDoor, makeHttpsDoor } from './platform/http/https-door.ts';
import { listenOnSocket } from './platform/http/listeners.ts';
import { findPages, makePages } from './platform/http/pages.ts';
import { makeStreamDoor } from './platform/http/streams.ts';
import type { FoundKey } from './platform/keys/sealing-key.ts';
import { type Log, setLogLevel } from './platform/log.ts';
import { type Loop, startLoop } from './platform/loops.ts';
import type { StateDirectory } from './platform/state-directory.ts';

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
  const { identity, sealer, inventoryKeys, epochs } = ownKeys;
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
  // The inventory is assembled after what tells of it.
  const late: { changes?: ChangeLog } = {};
  const events = assembleEvents(
    { database, clock, log },
    {
      ...{ location, news, logs: [audit.numbered] },
      heed: (tx, event) => audit.service.heed(tx, event),
      onHead: (_log, head) => audit.onHead(head),
      changes: () => late.changes,
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
  const domains = await assembleDomains(platform, {
    settings,
    warnings,
    hold,
    inventoryPlace: opened.inventory,
    inventoryKeys,
  });
  late.changes = domains.changes;
  const sessions = await makeSessionService({ database, events: events.log, clock, log, news });
  const handlers = [
    ...sessionHandlers(sessions, () => pageAddress(settings.current().network.address, door.https?.address())),
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
    findSession: (cookie) => findByCookie(sessions, cookie),
    nowMs: () => clock.nowMs(),
  });
  const api = await makeApi({
    handlers,
    proxies: [makeOsProxy({ database, connections: fleet })],
    callerOf,
    recorder: audit.service.recorder,
    checkNow: (method, name) => hold.check(method, name),
    pages: makePages({
      folder: findPages(import.meta.url),
      signIn: (request, response) => answerSignIn(sessions, request, response),
      log,
    }),
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
