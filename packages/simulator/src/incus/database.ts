import type { ServerCertificate } from './member.ts';

export type ConfigMap = Record<string, string>;

export type MemberRow = {
  id: number;
  /** `none` while the server stands alone, as Incus itself calls it. */
  name: string;
  address: string;
  /** The keys of `GET /1.0` that belong to one member only. */
  local_config: ConfigMap;
  raft: 'voter' | 'standby' | 'spare';
  /** Roles an administrator gave: event-hub, ovn-chassis, database-client. */
  extra_roles: string[];
  failure_domain: string;
  description: string;
  config: ConfigMap;
  state: 'created' | 'evacuating' | 'evacuated' | 'restoring';
};

export type CertificateRow = {
  fingerprint: string;
  name: string;
  type: 'client' | 'server' | 'metrics';
  restricted: boolean;
  projects: string[];
  certificate: string;
  description: string;
};

export type ProjectRow = { name: string; description: string; config: ConfigMap };
export type Devices = Record<string, ConfigMap>;
export type ProfileRow = { project: string; name: string; description: string; config: ConfigMap; devices: Devices };
export type Status = 'Pending' | 'Created' | 'Errored';
/** A pool's or network's part on one member, keyed by member id. */
export type MemberPart = { config: ConfigMap; status: 'Pending' | 'Created' };
export type PoolRow = {
  name: string;
  driver: string;
  description: string;
  config: ConfigMap;
  status: Status;
  on: Record<string, MemberPart>;
};
export type NetworkRow = PoolRow & { project: string; type: string };
export type VolumeRow = {
  pool: string;
  project: string;
  /** 0 = on a pool that all members share (ceph and its kin). */
  member: number;
  type: string;
  name: string;
  content_type: string;
  description: string;
  config: ConfigMap;
  created_at: string;
  snapshots?: SnapshotRow[];
  /** The instance whose own volume it is: such a row is made when it is looked at. */
  of?: InstanceRow;
};
export type GroupRow = { name: string; description: string; members: number[]; config: ConfigMap };
export type SnapshotRow = { name: string; created_at: string; description: string; config: ConfigMap };
export type InstanceType = 'container' | 'virtual-machine';
export type InstanceFields = {
  type: InstanceType;
  status: 'Running' | 'Stopped' | 'Frozen';
  description: string;
  config: ConfigMap;
  devices: Devices;
  profiles: string[];
  created_at: string;
  last_used_at: string;
  snapshots: SnapshotRow[];
  /** The pool that its own volume is on. */
  pool: string;
  volume: { description: string; config: ConfigMap };
  evacuated: boolean;
};
export type InstanceRow = {
  project: string;
  name: string;
  member: number;
  /** It was grown, not made: all it is follows from this number, except what `fields` says otherwise. */
  grain?: number;
  /** Of one that was made: everything. */
  fields: Partial<InstanceFields>;
  /** Configuration that was set since it was grown, beside what it was grown with. */
  set?: ConfigMap;
};
/** What the documents of grown objects are made from. */
export type Growth = { seed: string; seedNumber: number; at: number; pool: string; networks: string[]; image: string };

/** Objects that the simulator only keeps: ACLs, zones, images … `parent` is the network, pool or zone they hang on. */
export type ItemRow = {
  project: string;
  parent: string;
  name: string;
  member: number;
  fields: Record<string, unknown>;
};

/** All that Incus keeps in its database: of one server standing alone, or shared by the members of one cluster. */
export type Database = {
  next_id: number;
  config: ConfigMap;
  certificates: CertificateRow[];
  projects: ProjectRow[];
  profiles: ProfileRow[];
  pools: PoolRow[];
  networks: NetworkRow[];
  /** Those of instances are made from the instances. */
  volumes: VolumeRow[];
  instances: InstanceRow[];
  growth?: Growth;
  groups: GroupRow[];
  items: Record<string, ItemRow[]>;
  members: MemberRow[];
  cluster: ServerCertificate | null;
};

export const DEFAULT_FEATURES: ConfigMap = {
  'features.images': 'true',
  'features.profiles': 'true',
  'features.storage.buckets': 'true',
  'features.storage.volumes': 'true',
};

/** The database of a server that was never touched: project and profile `default`, one member called `none`. */
export function emptyDatabase(localConfig: ConfigMap): Database {
  return {
    next_id: 2,
    config: {},
    certificates: [],
    projects: [
      {
        name: 'default',
        description: 'Default Incus project',
        config: { ...DEFAULT_FEATURES, 'features.networks': 'true', 'features.networks.zones': 'true' },
      },
    ],
    profiles: [{ project: 'default', name: 'default', description: 'Default Incus profile', config: {}, devices: {} }],
    pools: [],
    networks: [],
    volumes: [],
    instances: [],
    groups: [],
    items: {},
    members: [newMember(1, 'none', '0.0.0.0', localConfig)],
    cluster: null,
  };
}

export function newMember(id: number, name: string, address: string, localConfig: ConfigMap): MemberRow {
  return {
    id,
    name,
    address,
    local_config: localConfig,
    raft: 'voter',
    extra_roles: [],
    failure_domain: 'default',
    description: '',
    config: {},
    state: 'created',
  };
}

/** The project whose objects a project uses: its own if it has the feature, else those of `default`. */
export function projectWith(database: Database, project: string, feature: string): string {
  const row = database.projects.find((candidate) => candidate.name === project);
  return row?.config[feature] === 'true' ? project : 'default';
}

/** Most lists of Incus are in the order of names; ACLs and zones in the order they were made. */
export const byName = (a: { name: string }, b: { name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

export const inProject = (url: string, project: string): string =>
  project === 'default' ? url : `${url}?project=${encodeURIComponent(project)}`;
