import type { Database, InstanceFields, InstanceRow, SnapshotRow } from './database.ts';
import { macOf } from './grown/grown-instance.ts';
import { expanded, instanceFields, sortedMap } from './instance-fields.ts';

export const STATUS_CODES = { Running: 103, Stopped: 102, Frozen: 110 } as const;
const NEVER = '0001-01-01T00:00:00Z';

/** An instance as its list with recursion 1 has it. */
export function shownInstance(data: Database, row: InstanceRow): Record<string, unknown> {
  const fields = instanceFields(data, row);
  return shownAs(data, row, fields, expanded(data, row, fields));
}

/** The same with its state and snapshots: recursion 2 of a list, 1 of a single one. */
export function fullInstance(data: Database, row: InstanceRow): Record<string, unknown> {
  const fields = instanceFields(data, row);
  const whole = expanded(data, row, fields);
  return {
    ...shownAs(data, row, fields, whole),
    backups: [],
    state: stateOf(data, row, fields),
    snapshots: fields.snapshots.map((snapshot) => snapshotAs(fields, whole, snapshot)),
  };
}

type Expanded = ReturnType<typeof expanded>;

function shownAs(data: Database, row: InstanceRow, fields: InstanceFields, whole: Expanded): Record<string, unknown> {
  const { config, devices, profiles, description, status, type } = fields;
  return {
    architecture: 'x86_64',
    config: sortedMap(config),
    devices: sortedMap(devices),
    ephemeral: false,
    profiles,
    stateful: false,
    description,
    created_at: fields.created_at,
    expanded_config: whole.config,
    expanded_devices: whole.devices,
    name: row.name,
    status,
    status_code: STATUS_CODES[status],
    last_used_at: fields.last_used_at,
    location: data.members.find((member) => member.id === row.member)?.name ?? '',
    type,
    project: row.project,
  };
}

export function shownSnapshot(data: Database, row: InstanceRow, snapshot: SnapshotRow): Record<string, unknown> {
  const fields = instanceFields(data, row);
  return snapshotAs(fields, expanded(data, row, fields), snapshot);
}

function snapshotAs(fields: InstanceFields, whole: Expanded, snapshot: SnapshotRow): Record<string, unknown> {
  return {
    expires_at: NEVER,
    architecture: 'x86_64',
    config: sortedMap(fields.config),
    created_at: snapshot.created_at,
    description: snapshot.description,
    devices: fields.devices,
    ephemeral: false,
    expanded_config: whole.config,
    expanded_devices: whole.devices,
    last_used_at: NEVER,
    name: snapshot.name,
    profiles: fields.profiles,
    stateful: false,
    size: 24_576,
  };
}

export function showState(data: Database, row: InstanceRow): Record<string, unknown> {
  return stateOf(data, row, instanceFields(data, row));
}

/** What would change with each look (memory, counters) stands still: a fleet that is left alone answers the same. */
function stateOf(data: Database, row: InstanceRow, fields: InstanceFields): Record<string, unknown> {
  const on = fields.status !== 'Stopped';
  const share = on ? (row.grain ?? 1) : 0;
  return {
    status: fields.status,
    status_code: STATUS_CODES[fields.status],
    disk: on && row.grain !== undefined ? { root: { usage: 5_242_880 + share * 4096, total: 0 } } : {},
    memory: { usage: share === 0 ? 0 : 33_554_432, usage_peak: 0, total: 0, swap_usage: 0, swap_usage_peak: 0 },
    network: on && row.grain !== undefined ? interfacesOf(data, row.grain) : null,
    pid: on && row.grain !== undefined ? 1000 + row.grain : 0,
    processes: on && row.grain !== undefined ? 12 : 0,
    cpu: { usage: share * 1_000_000, allocated_time: 0 },
    started_at: on && row.grain !== undefined ? fields.last_used_at : NEVER,
    os_info: null,
  };
}

/** Addresses from the first grown network: one for each instance of the cluster. */
function interfacesOf(data: Database, grain: number): Record<string, unknown> {
  const network = data.networks.find((row) => row.name === data.growth?.networks[0]);
  const prefix = /^(\d+\.\d+)\./.exec(network?.config['ipv4.address'] ?? '')?.[1] ?? '10.0';
  const host = grain + 10;
  const hwaddr = macOf(grain);
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = hwaddr.split(':');
  const local = `fe80::${(Number.parseInt(a, 16) ^ 2).toString(16)}${b}:${c}ff:fe${d}:${e}${f}`;
  const nothing = { bytes_received: 0, bytes_sent: 0, packets_received: 0, packets_sent: 0 };
  return {
    eth0: {
      addresses: [
        {
          family: 'inet',
          address: `${prefix}.${Math.floor(host / 256) % 256}.${host % 256}`,
          netmask: '16',
          scope: 'global',
        },
        { family: 'inet6', address: local, netmask: '64', scope: 'link' },
      ],
      counters: nothing,
      hwaddr,
      host_name: `veth${grain.toString(16).padStart(8, '0')}`,
      mtu: 1500,
      state: 'up',
      type: 'broadcast',
    },
  };
}
