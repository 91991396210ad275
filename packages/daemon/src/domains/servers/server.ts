/** `unregistered` pre-registered only · `pending` being learned · `ready` · `offline`. OC's words. */
export type ServerStatus = 'unknown' | 'unregistered' | 'pending' | 'ready' | 'offline';
export type ServerStatusDetail =
  | ''
  | 'registering'
  | 're-configuring'
  | 'updating'
  | 'updating application'
  | 'evacuating'
  | 'restoring'
  | 'rebooting'
  | 'shut down'
  | 'unresponsive';

/** What other domains may know of a server. Documents are verbatim JSON text, secrets in them sealed. */
export type Server = {
  name: string;
  connection_url: string;
  channel: string;
  server_type: string;
  /** PEM and fingerprint of the server's own certificate: its identity towards us, for good. */
  certificate: string;
  fingerprint: string;
  /** The cluster it belongs to, or null. */
  cluster: string | null;
  /** The cluster that an open operation is forming with it, or null. */
  forming_cluster: string | null;
  /** What it shows once it is a member, beside its own certificate: from its bootstrap or join on; null before. */
  cluster_fingerprint: string | null;
  status: ServerStatus;
  status_detail: ServerStatusDetail;
  machine_id: string | null;
  system_uuid: string | null;
  hardware_data: string;
  os_data: string;
  version_data: string;
};

/** How a server is reached, and which leaf certificates are it: its own, and its cluster's. */
export type ServerEndpoint = { name: string; url: string; pins: readonly string[] };

export const endpointOf = (
  server: Pick<Server, 'name' | 'connection_url' | 'fingerprint' | 'cluster_fingerprint'>,
): ServerEndpoint => ({
  name: server.name,
  url: server.connection_url,
  pins: server.cluster_fingerprint === null ? [server.fingerprint] : [server.fingerprint, server.cluster_fingerprint],
});
