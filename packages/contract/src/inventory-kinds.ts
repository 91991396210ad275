/** A column of a table for people: its heading, and where its value is in an item (`object.type` is inside the document). */
export type InventoryColumn = { header: string; path: string; cut?: number };

/** A field of an item that is part of its identity. */
export type InventoryIdentity = 'cluster' | 'server' | 'project_name' | 'parent_name' | 'type' | 'name';

export type InventoryKindFacts = {
  /** Last part of the URL, and part of the route names. */
  segment: string;
  /** One and many, for sentences. */
  noun: string;
  plural: string;
  /** `direct` the object carries its project · `parent` the project of its network · `none` it has none. */
  project: 'direct' | 'parent' | 'none';
  /** Items carry a server; `optional`: it may be empty (shared storage). */
  server: 'none' | 'required' | 'optional';
  parent: 'none' | 'network' | 'storage_pool';
  hasType: boolean;
  /** The field of Incus' object that is its name. */
  nameField: 'name' | 'fingerprint' | 'listen_address';
  /** The aggregate has it only for who names the kind. */
  onlyIfNamed?: true;
  /** OC lacks the kind: the API extension that announces it. */
  extension?: string;
  /** Parts of the UUID, in order, joined by colons. */
  identity: readonly InventoryIdentity[];
  /** What a table shows; OC's headings and order. */
  columns: readonly InventoryColumn[];
};

const inProject = ['cluster', 'project_name', 'name'] as const;
const inNetwork = ['cluster', 'project_name', 'parent_name', 'name'] as const;
const ofCluster = ['cluster', 'name'] as const;

const column = (header: string, path: string): InventoryColumn => ({ header, path });
const uuid = column('UUID', 'uuid');
const name = column('Name', 'name');
const address = column('Address', 'name');
const objectType = column('Type', 'object.type');
const project = column('Project', 'project_name');
const network = column('Network Name', 'parent_name');
const pool = column('Storage Pool Name', 'parent_name');
const cluster = column('Cluster', 'cluster');
const server = column('Server', 'server');
const updated = column('Last Updated', 'last_updated');

const fingerprint: InventoryColumn = { header: 'Fingerprint', path: 'name', cut: 12 };

const plain = {
  project: 'direct',
  server: 'none',
  parent: 'none',
  hasType: false,
  nameField: 'name',
  identity: inProject,
} as const;
const namedColumns = [uuid, name, project, cluster, updated] as const;

/** The kinds of Incus objects that are tracked: OC's in the order of its aggregate, then ours. A new kind is one entry here. */
export const inventoryKinds = {
  image: {
    ...plain,
    segment: 'images',
    noun: 'image',
    plural: 'images',
    nameField: 'fingerprint',
    columns: [
      uuid,
      fingerprint,
      column('Description', 'object.properties.description'),
      objectType,
      project,
      cluster,
      updated,
    ],
  },
  instance: {
    ...plain,
    segment: 'instances',
    noun: 'instance',
    plural: 'instances',
    server: 'required',
    columns: [uuid, name, project, cluster, server, updated],
  },
  network: {
    ...plain,
    segment: 'networks',
    noun: 'network',
    plural: 'networks',
    columns: [uuid, name, objectType, project, cluster, updated],
  },
  network_acl: {
    ...plain,
    segment: 'network_acls',
    noun: 'network ACL',
    plural: 'network ACLs',
    columns: namedColumns,
  },
  network_address_set: {
    ...plain,
    segment: 'network_address_sets',
    noun: 'network address set',
    plural: 'network address sets',
    onlyIfNamed: true,
    columns: namedColumns,
  },
  network_forward: {
    ...plain,
    segment: 'network_forwards',
    noun: 'network forward',
    plural: 'network forwards',
    nameField: 'listen_address',
    project: 'parent',
    parent: 'network',
    identity: inNetwork,
    columns: [uuid, address, network, project, cluster, updated],
  },
  network_integration: {
    ...plain,
    segment: 'network_integrations',
    noun: 'network integration',
    plural: 'network integrations',
    project: 'none',
    identity: ofCluster,
    columns: [uuid, name, objectType, cluster, updated],
  },
  network_load_balancer: {
    ...plain,
    segment: 'network_load_balancers',
    noun: 'network load balancer',
    plural: 'network load balancers',
    nameField: 'listen_address',
    project: 'parent',
    parent: 'network',
    identity: inNetwork,
    columns: [uuid, address, network, project, cluster, updated],
  },
  network_peer: {
    ...plain,
    segment: 'network_peers',
    noun: 'network peer',
    plural: 'network peers',
    project: 'parent',
    parent: 'network',
    identity: inNetwork,
    columns: [uuid, name, objectType, network, project, cluster, updated],
  },
  network_zone: {
    ...plain,
    segment: 'network_zones',
    noun: 'network zone',
    plural: 'network zones',
    columns: namedColumns,
  },
  profile: { ...plain, segment: 'profiles', noun: 'profile', plural: 'profiles', columns: namedColumns },
  project: {
    ...plain,
    segment: 'projects',
    noun: 'project',
    plural: 'projects',
    project: 'none',
    identity: ofCluster,
    columns: [uuid, name, cluster, updated],
  },
  storage_bucket: {
    ...plain,
    segment: 'storage_buckets',
    noun: 'storage bucket',
    plural: 'storage buckets',
    server: 'optional',
    parent: 'storage_pool',
    identity: ['cluster', 'server', 'project_name', 'parent_name', 'name'],
    columns: [uuid, name, pool, project, cluster, server, updated],
  },
  storage_pool: {
    ...plain,
    segment: 'storage_pools',
    noun: 'storage pool',
    plural: 'storage pools',
    project: 'none',
    identity: ofCluster,
    columns: [uuid, name, column('Driver', 'object.driver'), cluster, updated],
  },
  storage_volume: {
    ...plain,
    segment: 'storage_volumes',
    noun: 'storage volume',
    plural: 'storage volumes',
    server: 'optional',
    parent: 'storage_pool',
    hasType: true,
    identity: ['cluster', 'server', 'project_name', 'parent_name', 'type', 'name'],
    columns: [uuid, name, column('Type', 'type'), pool, project, cluster, server, updated],
  },
  certificate: {
    ...plain,
    segment: 'certificates',
    noun: 'trusted certificate',
    plural: 'trusted certificates',
    project: 'none',
    nameField: 'fingerprint',
    onlyIfNamed: true,
    extension: 'inventory_certificates',
    identity: ofCluster,
    columns: [
      uuid,
      fingerprint,
      column('Name', 'object.name'),
      objectType,
      column('Restricted', 'object.restricted'),
      cluster,
      updated,
    ],
  },
} as const satisfies Record<string, InventoryKindFacts>;

export type InventoryKind = keyof typeof inventoryKinds;
export type InventorySegment = (typeof inventoryKinds)[InventoryKind]['segment'];

/** The kinds in the order of the table. */
export const inventoryKindNames = Object.keys(inventoryKinds) as InventoryKind[]; // the table has no other keys

/** The facts of a kind, without the literal types of its entry. */
export const factsOf = (kind: InventoryKind): InventoryKindFacts => inventoryKinds[kind];

/** What of this kind can be asked of a daemon is what OC has, too. */
export const isOfOc = (kind: InventoryKind): boolean => factsOf(kind).extension === undefined;
