import type { Call } from './call.ts';
import { projectOf } from './call.ts';
import type { ItemRow } from './database.ts';
import { projectWith } from './database.ts';
import type { ItemKind } from './items.ts';
import { itemsOf } from './items.ts';
import { randomHex } from './machine.ts';
import { findNetwork } from './networks.ts';
import { IncusError } from './reply.ts';
import { findPool } from './storage-pools.ts';

const conflict = (entity: string) => () => new IncusError(409, `This "${entity}" entry already exists`);
const taken = (what: string) => () => new IncusError(400, `The ${what} already exists`);
const locationOf = (call: Call, row: ItemRow): string =>
  call.data.members.find((member) => member.id === row.member)?.name ?? '';

/** The network, if its type can carry the thing; Incus refuses the rest with 400. */
const networkWith =
  (what: string, types: readonly string[]) =>
  (call: Call): string => {
    const row = findNetwork(call);
    if (!types.includes(row.type)) throw new IncusError(400, `Network driver "${row.type}" does not support ${what}`);
    return row.name;
  };

function zoneName(call: Call): string {
  const project = projectWith(call.data, projectOf(call), 'features.networks.zones');
  const row = itemsOf(call, 'network-zone').find((one) => one.name === call.param('zone') && one.project === project);
  if (row === undefined) throw new IncusError(404, 'Network zone not found');
  return row.name;
}

const acl: ItemKind = {
  kind: 'network-acl',
  path: '/1.0/network-acls',
  insertionOrder: true,
  feature: 'features.networks',
  missing: 'Network ACL not found',
  exists: taken('network ACL'),
  badName: (problem) => new IncusError(500, problem),
  fields: { description: '', egress: [], ingress: [], config: {} },
  shown: (_call, row) => ({ name: row.name, ...row.fields, used_by: [], project: row.project }),
};

const addressSet: ItemKind = {
  kind: 'network-address-set',
  path: '/1.0/network-address-sets',
  feature: 'features.networks',
  missing: 'Network_address_set not found',
  exists: taken('network address set'),
  fields: { addresses: [], description: '', config: {} },
  shown: (_call, row) => {
    const { config, ...fields } = row.fields;
    const some = Object.keys(Object(config)).length > 0 ? { config } : {};
    return { ...fields, ...some, name: row.name, used_by: [], project: row.project };
  },
};

const zone: ItemKind = {
  kind: 'network-zone',
  echo: 'network-zone-updated',
  path: '/1.0/network-zones',
  insertionOrder: true,
  feature: 'features.networks.zones',
  missing: 'Network zone not found',
  exists: taken('network zone'),
  fields: { description: '', config: {} },
  shown: (_call, row) => ({ ...row.fields, name: row.name, used_by: [], project: row.project }),
};

const zoneRecord: ItemKind = {
  kind: 'network-zone-record',
  path: '/1.0/network-zones/{zone}/records',
  parent: zoneName,
  feature: 'features.networks.zones',
  missing: 'Network zone record not found',
  exists: taken('network zone record'),
  fields: { description: '', entries: [], config: {} },
  shown: (_call, row) => ({ ...row.fields, name: row.name }),
};

const integration: ItemKind = {
  kind: 'network-integration',
  path: '/1.0/network-integrations',
  missing: 'Network_integration not found',
  exists: conflict('Network_integration'),
  fields: { description: '', config: {} },
  fixed: { type: 'ovn' },
  shown: (_call, row) => ({ ...row.fields, name: row.name, used_by: [] }),
};

const forward: ItemKind = {
  kind: 'network-forward',
  path: '/1.0/networks/{network}/forwards',
  parent: networkWith('forwards', ['bridge', 'ovn']),
  feature: 'features.networks',
  named: 'listen_address',
  located: true,
  missing: 'Network forward not found',
  exists: conflict('Network_forward'),
  fields: { description: '', config: {}, ports: [] },
  shown: (call, row) => ({ ...row.fields, listen_address: row.name, location: locationOf(call, row) }),
};

const loadBalancer: ItemKind = {
  kind: 'network-load-balancer',
  path: '/1.0/networks/{network}/load-balancers',
  parent: networkWith('load balancers', ['ovn']),
  feature: 'features.networks',
  named: 'listen_address',
  missing: 'Network load balancer not found',
  exists: conflict('Network_load_balancer'),
  fields: { description: '', config: {}, backends: [], ports: [] },
  shown: (_call, row) => ({ ...row.fields, listen_address: row.name, location: '' }),
};

const peer: ItemKind = {
  kind: 'network-peer',
  told: (row) => `/1.0/networks/${encodeURIComponent(row.parent)}/forwards/${encodeURIComponent(row.name)}`,
  path: '/1.0/networks/{network}/peers',
  parent: networkWith('peering', ['ovn']),
  feature: 'features.networks',
  missing: 'Network peer not found',
  exists: taken('network peer'),
  fields: { description: '', config: {} },
  fixed: { target_project: '', target_network: '', type: 'local' },
  shown: (call, row) => ({ ...row.fields, name: row.name, status: peerStatus(call, row), used_by: [] }),
};

/** A peering stands when the other network has one back. */
function peerStatus(call: Call, row: ItemRow): string {
  const back = itemsOf(call, 'network-peer').some(
    (other) => other.parent === row.fields.target_network && other.fields.target_network === row.parent,
  );
  return back ? 'Created' : 'Pending';
}

function bucketNameProblem(name: string): string | undefined {
  if (/^[a-z0-9][a-z0-9.-]{2,62}$/.test(name)) return undefined;
  return 'Bucket name must be between 3 and 63 lowercase letters, numbers, periods or hyphens and must start with a letter or number';
}

const bucket: ItemKind = {
  kind: 'storage-bucket',
  path: '/1.0/storage-pools/{pool}/buckets',
  parent: (call) => findPool(call).name,
  feature: 'features.storage.buckets',
  located: true,
  missing: 'Storage bucket not found',
  exists: () => new IncusError(409, 'A bucket for that name already exists'),
  nameProblem: bucketNameProblem,
  badName: (problem) => new IncusError(400, `Failed creating storage bucket: ${problem}`),
  fields: { config: {}, description: '' },
  shown: (call, row) => ({
    ...row.fields,
    name: row.name,
    s3_url: '',
    location: locationOf(call, row),
    project: row.project,
  }),
  full: (call, row) => ({
    ...bucket.shown(call, row),
    backups: [],
    keys: keysOf(call, row).map((key) => bucketKey.shown(call, key)),
  }),
  answer: (call, row) => {
    const random = (digits: number): string => randomHex(call.machine.world, digits);
    const fields = {
      description: 'Admin user',
      role: 'admin',
      'access-key': random(20).toUpperCase(),
      'secret-key': random(40),
    };
    const key = { project: row.project, parent: `${row.parent}/${row.name}`, name: 'admin', member: 0, fields };
    itemsOf(call, 'storage-bucket-key').push(key);
    return bucketKey.shown(call, key);
  },
};

const bucketKey: ItemKind = {
  kind: 'storage-bucket-key',
  // The pool stands where the bucket belongs, and the bucket where the key belongs once that is gone.
  told: (row, gone) => {
    const [pool = '', name = ''] = row.parent.split('/').map(encodeURIComponent);
    return `/1.0/storage-pools/${pool}/buckets/${pool}/keys/${gone ? name : encodeURIComponent(row.name)}`;
  },
  path: '/1.0/storage-pools/{pool}/buckets/{bucket}/keys',
  parent: (call) => `${findPool(call).name}/${call.param('bucket')}`,
  feature: 'features.storage.buckets',
  missing: 'Storage bucket key not found',
  exists: () => new IncusError(409, 'A bucket key for that name already exists'),
  fields: { description: '', role: 'read-only', 'access-key': '', 'secret-key': '' },
  shown: (_call, row) => ({ ...row.fields, name: row.name }),
};

const keysOf = (call: Call, row: ItemRow): ItemRow[] =>
  itemsOf(call, 'storage-bucket-key').filter(
    (key) => key.parent === `${row.parent}/${row.name}` && key.project === row.project,
  );

export const ITEM_KINDS: readonly ItemKind[] = [
  acl,
  addressSet,
  zone,
  zoneRecord,
  integration,
  forward,
  loadBalancer,
  peer,
  bucket,
  bucketKey,
];
