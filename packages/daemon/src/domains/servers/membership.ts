import type { Tx } from '../../schema.ts';
import type { Server } from './server.ts';

/** What the clusters domain may do to servers, always inside its own transaction. Part of the server service. */
export type ServerMembership = {
  /** Reads servers by name; unknown names are left out. Order as asked. */
  findAll(names: readonly string[]): Promise<Server[]>;
  membersOf(cluster: string): Promise<Server[]>;
  /** Every server that can be asked something, without its documents. */
  listRegistered(): Promise<RegisteredServer[]>;
  /** The first of these that is not there, or belongs to a cluster, or is being made part of one; for the last check. */
  findTaken(tx: Tx, names: readonly string[]): Promise<{ name: string; cluster: string | null } | undefined>;
  /** Marks (or, with null, unmarks) servers as being formed into a cluster. */
  setForming(tx: Tx, names: readonly string[], cluster: string | null): Promise<void>;
  /** From now on these servers may show this certificate beside their own; null: no more. */
  setClusterCertificate(tx: Tx, names: readonly string[], fingerprint: string | null): Promise<void>;
  /** The server is a member now. */
  adopt(tx: Tx, name: string, membership: { cluster: string; connection_url: string; channel: string }): Promise<void>;
  /** The members of a cluster follow its channel. */
  setChannel(tx: Tx, cluster: string, channel: string): Promise<void>;
  /** The servers of a cluster are nobody's again; rows stay. */
  release(tx: Tx, cluster: string): Promise<void>;
  /**
   * Its next registration, until then, takes its place by itself; until it has, nobody counts it among the members of a
   * cluster. Null: it does not come to that, and it belongs where it belonged.
   */
  expectReset(tx: Tx, name: string, expected: ExpectedReset): Promise<void>;
  renameCluster(tx: Tx, from: string, to: string): Promise<void>;
  /** A full poll soon; does not wait. */
  nudge(names: readonly string[]): void;
};

export type ExpectedReset = { until: number } | { until: null; belongs: Pick<Server, 'cluster' | 'forming_cluster'> };

export type RegisteredServer = Omit<Server, 'certificate' | 'hardware_data' | 'os_data' | 'version_data'>;
