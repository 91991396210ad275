import type { Sealed } from '../../../platform/keys/sealing.ts';

/**
 * Everything that creating a cluster will do, all choices made: the workflow asks nothing but what is in here and what
 * it sees on the servers. Kept as JSON in the journal, so every secret inside is sealed.
 */
export type CreateClusterPlan = {
  cluster: string;
  connection_url: string;
  channel: string;
  description: string;
  properties: Record<string, string> | null;
  rolling_restart: { post_restore_delay: string; restore_mode: string };
  server_type: string;
  /** As they were named; the first one is bootstrapped, the others join it in this order. */
  servers: readonly PlannedServer[];
  items: readonly PlannedItem[];
  /** What a person should know of it; each is a warning of the operation. */
  notes: readonly { code: string; message: string }[];
  /** Null while our channel holds no update: then the servers' own update settings are left alone. */
  update_settings: { auto_reboot: boolean; channel: string; check_frequency: string } | null;
};

export type PlannedServer = {
  name: string;
  /** How it is reached until its addresses are set; `connection_url` afterwards. */
  url: string;
  connection_url: string;
  /** SHA-256 of its own certificate. */
  fingerprint: string;
  /** `10.0.0.11:8443` */
  management_address: string;
  cluster_address: string;
  /** `incus` or `incus-lts-7.0`. */
  application: string;
  /** Only those that differ from what the server has, in IncusOS' order. */
  services: readonly PlannedService[];
  /** Named services that are as wanted already: no call. */
  services_already: readonly string[];
};

/** `before` and `config` are sealed JSON texts of the service's config. */
export type PlannedService = { name: string; config: Sealed; before: Sealed };

/** One item of the application configuration. */
export type PlannedItem = {
  /** `storage-pool/local`: also the target of its step. */
  key: string;
  kind:
    | 'project'
    | 'storage-pool'
    | 'network'
    | 'storage-volume'
    | 'profile'
    | 'server-config'
    | 'certificate'
    | 'cluster-group';
  name: string;
  /** Empty where the kind has no project. */
  project: string;
  /** Only of volumes. */
  pool: string;
  /** What there is on every Incus, or on the first server, is changed; everything else is made. */
  action: 'create' | 'change';
  /** Keys of the items that must be there before. */
  after: readonly string[];
  /** Sealed JSON text of the item as Incus takes it, with the keys that are the same on every member. */
  wanted: Sealed;
  /** Sealed JSON text of the member-specific config, by server; null where a kind has none. */
  per_member: Readonly<Record<string, Sealed>> | null;
};

export function firstOf(plan: CreateClusterPlan): PlannedServer {
  const [first] = plan.servers;
  if (first === undefined) throw new TypeError('a plan without servers');
  return first;
}

export const namesOf = (plan: CreateClusterPlan): string[] => plan.servers.map((server) => server.name);

/** What a joiner is told: how the others reach it, and what only the bootstrap and the token tell. */
export const joinRequest = (
  plan: CreateClusterPlan,
  server: PlannedServer,
  known: { certificate: string; token: string },
) => ({
  server_name: server.name,
  server_address: server.cluster_address,
  cluster_address: firstOf(plan).management_address,
  cluster_certificate: known.certificate,
  cluster_token: known.token,
});
