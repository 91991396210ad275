import type { Endpoint, FleetConnections } from '../../../fleet/connection.ts';
import type { Incus } from '../../../fleet/incus.ts';
import type { IncusObjectStore } from '../../../fleet/incus-objects.ts';
import type { IncusOs } from '../../../fleet/incus-os.ts';
import type { readShownCertificate } from '../../../fleet/shown-certificate.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import type { Db, Tx } from '../../../schema.ts';
import type { ServerMembership } from '../../servers/membership.ts';

/** What the steps of a creation work with. */
export type CreateClusterParts = {
  fleet: {
    connections: FleetConnections;
    incus: Incus;
    incusOs: IncusOs;
    objects: IncusObjectStore;
    readShownCertificate: typeof readShownCertificate;
  };
  read: Db;
  clock: Clock;
  sealer: Sealer;
  /** For what must be a file for a moment; emptied when the daemon starts. */
  temporaryFolder: string;
  servers: ServerMembership;
  /** Servers that were reset to factory state as a way out of this operation. */
  wereReset(operation: string): Promise<ReadonlySet<string>>;
  clusters: {
    /** The cluster's certificate (PEM) is known from its bootstrap on. */
    setCertificate(tx: Tx, cluster: string, certificate: string): Promise<void>;
    setReady(tx: Tx, cluster: string): Promise<void>;
    /** The name is free again. */
    remove(tx: Tx, cluster: string): Promise<void>;
  };
  inventory: {
    scanCluster(ask: {
      cluster: string;
      endpoints: readonly Endpoint[];
      serverNames: readonly string[];
      signal: AbortSignal;
    }): Promise<{ problems: readonly string[] }>;
    removeCluster(cluster: string): Promise<void>;
  };
};
