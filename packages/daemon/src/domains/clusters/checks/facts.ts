import type { Preseed, ServerOverrides, ServicesConfig } from '@operations-center/documents';
import type {
  IncusOperation,
  IncusServer,
  LocalScope,
  OsEnvironment,
  ServiceDocument,
  SystemNetwork,
  SystemSecurity,
  SystemStorage,
  SystemUpdate,
  TrustedCertificate,
} from '@operations-center/fleet-protocol';
import type { OwnHost } from '../../../platform/own-host.ts';
import type { Server } from '../../servers/server.ts';
import type { LvmId, LvmSeen } from '../lvm/lvm-id.ts';

/** Why something could not be read. `error` is what was thrown. */
export type ReadFailure = { why: string; code: string; call: string; status: number | null; error: unknown };
/** The answer to one question, or why there is none. */
export type Read<T> = { ok: true; value: T } | ({ ok: false } & ReadFailure);

/** The first answer of a server, and what it gives away by the way. */
export type Ping = {
  /** Its header Date, epoch milliseconds; Incus sends whole seconds. */
  date: number | undefined;
  /** By our clock. */
  asked_at: number;
  answered_at: number;
};

/** What one server shows at this moment; each question is asked once. */
export type LiveServer = {
  ping: Read<Ping>;
  incus: Read<IncusServer>;
  environment: Read<OsEnvironment>;
  network: Read<SystemNetwork>;
  security: Read<SystemSecurity>;
  storage: Read<SystemStorage>;
  update: Read<SystemUpdate>;
  applications: Read<Readonly<Record<string, { initialized: boolean; version: string }>>>;
  known_services: Read<readonly string[]>;
  /** Those that are asked for and those that members should have alike; undefined: this IncusOS does not have it. */
  services: Readonly<Record<string, Read<ServiceDocument | undefined>>>;
  /** What somebody keeps on its Incus, `kind/name`. */
  contents: Read<readonly string[]>;
  certificates: Read<readonly TrustedCertificate[]>;
  /** Only those that run. */
  operations: Read<readonly IncusOperation[]>;
};

export type ServerFacts = { name: string; server: Server; machine: string; live: LiveServer };

/** As much of the request as checks look at. */
export type CheckedRequest = {
  name: string;
  connection_url: string;
  channel: string;
  server_type: string;
  server_names: readonly string[];
  services: ServicesConfig;
  /** What single servers get otherwise. */
  overrides?: ServerOverrides;
  preseed: Preseed;
};

/** Everything that the checks of a creation are made from: rows, live servers, and our own side. */
export type Facts = {
  request: CheckedRequest;
  /** Epoch milliseconds, by our clock. */
  now: number;
  /** Those that are known, as they were named. */
  servers: readonly ServerFacts[];
  rows: {
    /** A cluster of the wanted name. */
    same_name: { status: string } | undefined;
    channels: readonly string[];
    lvm_ids: readonly LvmId[];
    /** Where every server that we know is reached. */
    registered: readonly { name: string; connection_url: string }[];
  };
  /** How lvm looks on every registered machine that answered; empty if nobody asks for lvm. */
  lvm: readonly LvmSeen[];
  /** Which keys the first server's Incus knows; unread if there is no first server. */
  keys: Read<{ local_scope: LocalScope; server: readonly string[] }>;
  own: { host: OwnHost; certificate: string; fingerprint: string };
};
