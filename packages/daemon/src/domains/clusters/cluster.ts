import type { Cluster, ClusterPost } from '@operations-center/contract';

/** What a caller may set of a cluster at any time. */
export type ClusterWish = Pick<ClusterPost, 'connection_url' | 'channel' | 'description' | 'properties' | 'config'>;

/** A cluster as it is kept. */
export type StoredCluster = Omit<Cluster, 'update_status' | 'last_updated'> & {
  /** Ours, for good: names can change. */
  id: string;
  /** Epoch milliseconds. */
  last_updated: number;
  /** The operation that made it, or is making it. */
  operation: string | null;
  /** Keyed digest of the request that asked for it. */
  request_digest: string | null;
};

const noUpdate: Cluster['update_status'] = {
  in_progress_status: {
    in_progress: '',
    error: '',
    evacuated_before: null,
    pending_reboot: null,
    last_updated: '0001-01-01T00:00:00Z',
  },
};

/** Fields in OC's order; the ETag is made over this text. */
export const clusterJson = (cluster: StoredCluster): string =>
  JSON.stringify({
    connection_url: cluster.connection_url,
    channel: cluster.channel,
    description: cluster.description,
    properties: cluster.properties === null ? null : sortKeys(cluster.properties),
    config: { rolling_restart: cluster.config.rolling_restart },
    name: cluster.name,
    certificate: cluster.certificate,
    fingerprint: cluster.fingerprint,
    status: cluster.status,
    update_status: noUpdate,
    last_updated: `${new Date(cluster.last_updated).toISOString().slice(0, 19)}Z`,
  } satisfies Cluster);

/** Go writes maps in the order of their keys. */
const sortKeys = (map: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

/** As OC lists it: the name as it is. */
export const clusterUrl = (name: string): string => `/1.0/provisioning/clusters/${name}`;

/** The same as a header can carry it. */
export const clusterLocation = (name: string): string => `/1.0/provisioning/clusters/${encodeURIComponent(name)}`;
