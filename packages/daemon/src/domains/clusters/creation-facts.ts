import type { LocalScope, SystemNetwork } from '@operations-center/fleet-protocol';
import type { Server } from '../servers/server.ts';
import type { LvmSeen } from './lvm-id.ts';

/** What a server of the request shows when it is asked. */
export type ServerLook = {
  server: Server;
  machine: string;
  /** The live config of each named service. */
  services: Readonly<Record<string, Record<string, unknown>>>;
  network: SystemNetwork;
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
