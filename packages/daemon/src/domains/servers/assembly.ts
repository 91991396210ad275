import { type News, silence } from '@operations-center/database';
import { makeFleetConnections } from '../../fleet/connection.ts';
import { makeIncus } from '../../fleet/incus.ts';
import { makeIncusOs } from '../../fleet/incus-os.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/http/answer.ts';
import type { Identity } from '../../platform/keys/identity.ts';
import type { Sealer } from '../../platform/keys/sealing.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import { allShares, type Shares } from '../daemons/shares.ts';
import type { EventLog } from '../events/event-log.ts';
import type { TokenService } from '../tokens/tokens.service.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { HeadCache } from './document/head-cache.ts';
import { makePoller, type PollFleet } from './polling/poll-servers.loop.ts';
import { Sightings } from './polling/sightings.ts';
import { serverHandlers } from './servers.routes.ts';
import { makeServerService, type ServerService } from './servers.service.ts';

export type ServersPlatform = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  identity: Identity;
  events: EventLog;
};

export type Servers = {
  service: ServerService;
  handlers: readonly Handler[];
  start(): void;
  stop(): Promise<void>;
};

/** A full poll asks its questions on one connection of its own, new each time: it must see today's certificate. */
const pollIdleMs = 10_000;

export function assembleServers(
  platform: ServersPlatform,
  uses: {
    tokens: TokenService;
    warnings: WarningService;
    mayReplaceSilent(): boolean;
    /** Default: yes. */
    showsSecrets?(): boolean;
    shares?: Shares;
    news?: News;
  },
): Servers {
  const { client } = platform.identity;
  const connect = () =>
    makeFleetConnections({
      clientCertificate: client.certificate,
      clientKey: client.key,
      idleMs: pollIdleMs,
      now: () => platform.clock.nowMs(),
    });
  const connections = connect();
  const sightings = new Sightings();
  const { warnings, tokens } = uses;
  const fleet: PollFleet = {
    incusOs: makeIncusOs(connections),
    open() {
      const own = connect();
      return { incusOs: makeIncusOs(own), incus: makeIncus(own), close: () => own.close() };
    },
  };
  const { shares = allShares, news = silence } = uses;
  const poller = makePoller({ ...platform, warnings, sightings, fleet, shares, news });
  const service = makeServerService({
    ...platform,
    client,
    tokens,
    warnings,
    sightings,
    poller,
    heads: new HeadCache(),
    mayReplaceSilent: () => uses.mayReplaceSilent(),
    showsSecrets: () => uses.showsSecrets?.() ?? true,
  });
  return {
    service,
    handlers: serverHandlers(service, client),
    start: () => poller.start(),
    async stop() {
      await poller.stop();
      await connections.close();
    },
  };
}
