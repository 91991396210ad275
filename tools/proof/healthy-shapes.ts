/** Random fleets in which nothing is wrong, and requests that suit them: what an administrator might have on a good day. */
import * as fc from 'fast-check';

export type Shape = {
  size: number;
  network: 'dhcp' | 'no roles' | 'two interfaces' | 'IPv6' | 'VLAN' | 'bond';
  subnet: number;
  vlan: number;
  mtu: number;
  spare_interface: boolean;
  os_version: string;
  incus_version: string;
  /** Restarted after an update: the next version is the running one. */
  was_updated: boolean;
  update_status: string;
  auto_reboot: 'off' | 'on, and never checks';
  keys: 'fetched' | 'stored here';
  /** Applications that all have, and one that only some have. */
  ceph: boolean;
  gpu_on: readonly boolean[];
  data_pool: boolean;
  wildcard_address: boolean;
  /** Seconds by which the clocks differ. */
  clocks: readonly number[];
  on_already: { lvm: boolean; nvme: boolean; ovn: boolean };
  request: RequestShape;
};

export type RequestShape = {
  services: { lvm: boolean; nvme: boolean; multipath: boolean; ceph: boolean };
  config: readonly string[];
  local_pool: 'default' | 'dir' | 'zfs';
  data_pool: boolean;
  bridge: boolean;
  parent: boolean;
  uplink: boolean;
  project: boolean;
  profile: boolean;
  volume: boolean;
  certificate: boolean;
  group: boolean;
};

const versions = fc.constantFrom('202608010000', '202609010000', '202611220000');
const some = fc.boolean();

const requestShape: fc.Arbitrary<RequestShape> = fc.record({
  services: fc.record({ lvm: some, nvme: some, multipath: some, ceph: some }),
  config: fc.subarray([
    'user.ui.title',
    'cluster.offline_threshold',
    'images.auto_update_interval',
    'core.https_allowed_origin',
  ]),
  local_pool: fc.constantFrom('default', 'dir', 'zfs'),
  ...{ data_pool: some, bridge: some, parent: some, uplink: some, project: some, profile: some, volume: some },
  ...{ certificate: some, group: some },
});

export const shape: fc.Arbitrary<Shape> = fc.record({
  size: fc.integer({ min: 1, max: 9 }),
  network: fc.constantFrom('dhcp', 'no roles', 'two interfaces', 'IPv6', 'VLAN', 'bond'),
  subnet: fc.integer({ min: 0, max: 99 }),
  vlan: fc.integer({ min: 2, max: 4000 }),
  mtu: fc.constantFrom(1500, 9000),
  spare_interface: some,
  os_version: versions,
  incus_version: versions,
  was_updated: some,
  update_status: fc.constantFrom(
    '',
    'Update check completed',
    'Skipping update check outside of maintenance window(s)',
  ),
  auto_reboot: fc.constantFrom('off', 'on, and never checks'),
  keys: fc.constantFrom('fetched', 'stored here'),
  ceph: some,
  gpu_on: fc.array(some, { minLength: 9, maxLength: 9 }),
  data_pool: some,
  wildcard_address: some,
  clocks: fc.array(fc.double({ min: -0.4, max: 0.4, noNaN: true }), { minLength: 9, maxLength: 9 }),
  on_already: fc.record({ lvm: some, nvme: some, ovn: some }),
  request: requestShape,
});

const nvmeConfig = { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] };

/** IncusOS' own configuration of the network, of the server at this place. */
export function networkOf(shape: Shape, place: number, mac: string) {
  const { network, subnet, vlan, mtu, spare_interface } = shape;
  const one = (name: string, host: string, roles: readonly string[]) => ({
    name,
    addresses: [host],
    roles,
    mtu,
    hwaddr: mac,
  });
  const management = one('mgmt', `10.${subnet}.7.${place + 10}/24`, ['management']);
  const spare = spare_interface ? [{ name: 'lan', roles: ['instances'], mtu, hwaddr: mac }] : [];
  const tagged = {
    name: 'clus',
    parent: 'mgmt',
    id: vlan,
    addresses: [`10.${subnet}.8.${place + 10}/24`],
    roles: ['cluster'],
    mtu,
  };
  if (network === 'dhcp') {
    const all = ['management', 'cluster', 'instances'];
    return { interfaces: [{ name: 'eth0', addresses: ['dhcp4'], roles: all, mtu, hwaddr: mac }, ...spare] };
  }
  if (network === 'no roles')
    return { interfaces: [{ name: 'eth0', addresses: ['dhcp4', 'slaac'], mtu, hwaddr: mac }] };
  if (network === 'VLAN') return { interfaces: [management, ...spare], vlans: [tagged] };
  if (network === 'bond') {
    return { interfaces: spare, bonds: [{ ...management, mode: '802.3ad', members: [mac] }], vlans: [tagged] };
  }
  const host = network === 'IPv6' ? `fd00:${subnet}::${place + 10}/64` : `10.${subnet}.8.${place + 10}/24`;
  return { interfaces: [management, one('clus', host, ['cluster', 'storage']), ...spare] };
}

/** Services that are on before anything is asked for. */
export const servicesOf = (
  { on_already: { lvm, nvme, ovn } }: Shape,
  place: number,
): [string, Record<string, unknown>][] => [
  ...(lvm ? [['lvm', { enabled: true, system_id: place + 1 }] as [string, Record<string, unknown>]] : []),
  ...(nvme ? [['nvme', nvmeConfig] as [string, Record<string, unknown>]] : []),
  ...(ovn
    ? [
        ['ovn', { enabled: true, database: 'tcp:10.9.9.9:6642', tunnel_address: `10.9.8.${place + 10}` }] as [
          string,
          Record<string, unknown>,
        ],
      ]
    : []),
];

const values: Readonly<Record<string, string>> = {
  'user.ui.title': 'My wonderful cluster',
  'cluster.offline_threshold': '30',
  'images.auto_update_interval': '0',
  'core.https_allowed_origin': '*',
};

/** A request that suits the fleet, as it would be sent. */
export function requestOf(shape: Shape, names: readonly string[], certificate: string) {
  const { request, data_pool, ceph } = shape;
  const parent = shape.network === 'dhcp' || shape.network === 'no roles' ? 'eth0' : 'mgmt';
  const { services } = request;
  const project = request.project ? 'team' : 'default';
  return {
    name: 'healthy',
    connection_url: 'https://cluster.example:8443',
    server_names: names,
    server_type: 'incus',
    services_config: {
      ...(services.lvm ? { lvm: { enabled: true } } : {}),
      ...(services.nvme ? { nvme: nvmeConfig } : {}),
      ...(services.multipath ? { multipath: { enabled: true, wwns: ['0x60014050000000000000000000000001'] } } : {}),
      ...(services.ceph && ceph
        ? { ceph: { enabled: true, clusters: { ceph: { fsid: 'x', monitors: ['10.0.0.1'] } } } }
        : {}),
    },
    application_seed_config: {
      config: Object.fromEntries(request.config.map((key) => [key, values[key]])),
      storage_pools: [
        ...(request.local_pool === 'default' ? [] : [{ name: 'local', driver: request.local_pool }]),
        ...(request.data_pool && data_pool ? [{ name: 'data', driver: 'zfs', config: { source: 'data/incus' } }] : []),
      ],
      projects: request.project ? [{ name: 'team', config: { 'features.images': 'true' } }] : [],
      networks: [
        ...(request.bridge
          ? [{ name: 'br1', type: 'bridge', config: { 'ipv4.address': '172.31.5.1/24', 'ipv6.address': 'fd77::1/64' } }]
          : []),
        ...(request.parent ? [{ name: 'lan0', type: 'macvlan', config: { parent, vlan: '77' } }] : []),
        ...(request.uplink
          ? [
              { name: 'uplink', type: 'physical', config: { parent } },
              { name: 'inner', type: 'ovn', project, config: { network: 'uplink' } },
            ]
          : []),
      ],
      storage_volumes: request.volume ? [{ name: 'shared', pool: 'local', project }] : [],
      profiles: request.profile
        ? [
            {
              name: 'web',
              project,
              devices: { root: { type: 'disk', path: '/', pool: 'local' }, eth0: { type: 'nic', network: 'incusbr0' } },
            },
          ]
        : [],
      certificates: request.certificate ? [{ name: 'me', type: 'client', certificate }] : [],
      cluster_groups: request.group ? [{ name: 'rack1', members: names.slice(0, 2) }] : [],
    },
  };
}
