import type { LiveObject } from '@operations-center/documents';
import type { LocalScope, SystemNetwork, TrustedCertificate } from '@operations-center/fleet-protocol';
import type { Server } from '../../servers/server.ts';
import type { LvmSeen } from '../lvm/lvm-id.ts';

/** What a server of the request shows when it is asked. */
export type ServerLook = {
  server: Server;
  machine: string;
  /** The live config of each named service. */
  services: Readonly<Record<string, Record<string, unknown>>>;
  network: SystemNetwork;
  /** The config of its Incus. */
  config: Readonly<Record<string, string>>;
  /** What somebody keeps on it, `kind/name`; a joiner keeps nothing. */
  contents: readonly string[];
  certificates: readonly TrustedCertificate[];
};

/** The live facts a plan is made from. */
export type Snapshot = {
  /** As they were named. */
  servers: readonly ServerLook[];
  /** How lvm looks on every registered machine that answered; empty if nobody asks for lvm. */
  lvm: readonly LvmSeen[];
  /** Which keys the first server's Incus says are of one member. */
  local_scope: LocalScope;
  /** Epoch milliseconds of its beginning. */
  looked_at: number;
};

/** Items of the application configuration that the first server has already, by key. */
export type LiveItems = Readonly<Record<string, LiveObject>>;
