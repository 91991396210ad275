import type { Clock } from '../../platform/clock.ts';
import type { KeyPair } from '../../platform/keys/identity.ts';
import type { Sealer } from '../../platform/keys/sealing.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import type { EventLog } from '../events/event-log.ts';
import type { TokenService } from '../tokens/tokens.service.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import type { HeadCache } from './document/head-cache.ts';
import type { Poller } from './polling/poller.service.ts';
import type { Sightings } from './polling/sightings.ts';

/** What the services of this domain are given. */
export type ServerParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  tokens: TokenService;
  warnings: WarningService;
  events: EventLog;
  sightings: Sightings;
  heads: HeadCache;
  poller: Poller;
  /** What servers trust from their registration on. */
  client: KeyPair;
  /** Whether who may see a server sees its secrets, too. */
  showsSecrets(): boolean;
  /** May a reinstalled machine take the place of one that has been silent? */
  mayReplaceSilent(): boolean;
};
