import { seededBytes } from '../../random.ts';
import type { Database, ItemRow } from '../database.ts';
import { stamp } from '../machine.ts';

export type GrowingParts = {
  data: Database;
  seed: string;
  nowMs: number;
  /** How many instances there will be. */
  total: number;
  projects: readonly string[];
  networks: readonly string[];
  pool: string;
};

/** All but instances, volumes and what they need, in proportion. Gives the image that instances are made from. */
export function growItems(parts: GrowingParts): string {
  const { total, projects } = parts;
  const project = (place: number): string => projects[place % projects.length] ?? 'default';
  const add = (kind: string, row: Omit<ItemRow, 'member'> & { member?: number }): void =>
    void (parts.data.items[kind] ??= []).push({ member: 0, ...row });

  times(total / 25, (place) => add('network-acl', aclRow(place)));
  times(total / 50, (place) => {
    const addresses = [`10.${place % 200}.7.1`, `10.${place % 200}.8.0/24`];
    add('network-address-set', flat(`hosts-${place + 1}`, { addresses, description: '', config: {} }));
  });
  add('network-integration', flat('interconnect-1', { description: '', config: {}, type: 'ovn' }));
  projects.forEach((name, place) => growZone(add, name, place));
  growBelowNetworks(parts, add);
  const image = growImages(parts, add);
  times(total / 500, (place) => add('image', { ...imageRow(parts, `more ${place}`), project: project(place) }));
  return image;
}

type Add = (kind: string, row: Omit<ItemRow, 'member'> & { member?: number }) => void;

function times(count: number, run: (place: number) => void): void {
  for (let place = 0; place < Math.ceil(count); place += 1) run(place);
}

const flat = (name: string, fields: Record<string, unknown>): Omit<ItemRow, 'member'> => ({
  project: 'default',
  parent: '',
  name,
  fields,
});

function aclRow(place: number): Omit<ItemRow, 'member'> {
  const rule = { action: 'allow', source: `10.${place % 200}.0.0/16`, protocol: 'tcp', destination_port: '443' };
  return flat(`acl-${place + 1}`, {
    description: '',
    egress: [],
    ingress: [{ ...rule, description: '', state: 'enabled' }],
    config: {},
  });
}

function growZone(add: Add, project: string, place: number): void {
  const zone = place === 0 ? 'example.net' : `${project}.example.net`;
  add('network-zone', flat(zone, { description: '', config: { 'dns.nameservers': 'ns1.example.net' } }));
  for (const name of ['www', 'mail', 'ns1']) {
    const entries = [{ type: 'A', ttl: 300, value: `10.${place % 250}.0.5` }];
    add('network-zone-record', { ...flat(name, { description: '', entries, config: {} }), parent: zone });
  }
}

function growBelowNetworks({ data, total, networks }: GrowingParts, add: Add): void {
  times(total / 50, (place) => {
    const network = place % networks.length;
    const octet = 200 + (network % 50);
    const turn = Math.floor(place / networks.length);
    const address = `10.${octet}.${250 + (Math.floor(turn / 250) % 5)}.${1 + (turn % 250)}`;
    const fields = { description: '', config: {}, ports: [portOf('80', '8080', `10.${octet}.0.20`)] };
    const member = data.members[place % data.members.length]?.id ?? 1;
    add('network-forward', { ...flat(address, fields), parent: networks[network] ?? '', member });
  });
  times(total / 50, (place) => {
    const parent = `ovn-${(place % 2) + 1}`;
    const backends = [{ name: 'one', description: '', target_port: '80', target_address: '10.199.0.20' }];
    const ports = [{ description: '', protocol: 'tcp', listen_port: '80', target_backend: ['one'] }];
    const address = `10.198.${Math.floor(place / 250) % 250}.${1 + (place % 250)}`;
    add('network-load-balancer', { ...flat(address, { description: '', config: {}, backends, ports }), parent });
  });
  for (const [here, there] of [
    ['ovn-1', 'ovn-2'],
    ['ovn-2', 'ovn-1'],
  ] as const) {
    const target = { target_project: 'default', target_network: there, type: 'local' };
    add('network-peer', { ...flat(`to-${there}`, { description: '', config: {}, ...target }), parent: here });
  }
}

const portOf = (listen_port: string, target_port: string, target_address: string): Record<string, unknown> => ({
  description: '',
  protocol: 'tcp',
  listen_port,
  target_port,
  target_address,
  snat: false,
});

function growImages(parts: GrowingParts, add: Add): string {
  const rows = ['debian/13', 'alpine/3.22', 'ubuntu/24.04'].map((alias) => {
    const row = imageRow(parts, alias);
    add('image', row);
    add('image-alias', flat(alias, { description: '', target: row.name, type: 'container' }));
    return row;
  });
  return rows[0]?.name ?? '';
}

function imageRow({ seed, nowMs }: GrowingParts, label: string): Omit<ItemRow, 'member'> {
  const now = stamp(nowMs - 86_400_000);
  return flat(seededBytes(seed, `image ${label}`).toString('hex'), {
    auto_update: true,
    properties: { architecture: 'amd64', description: label, os: label.split('/')[0] },
    public: false,
    expires_at: '0001-01-01T00:00:00Z',
    profiles: ['default'],
    filename: '',
    size: 94_412_800,
    type: 'container',
    created_at: now,
    last_used_at: '0001-01-01T00:00:00Z',
    uploaded_at: now,
  });
}
