import type { InventoryKind } from '@operations-center/contract';
import type { Fields, FieldType } from '@operations-center/filter';

/** What a filter may ask of Incus' own objects: of OC's kinds, the fields that OC knows. */
const config: FieldType = { map: 'string' };
const devices: FieldType = { map: { map: 'string' } };
const texts: FieldType = { list: 'string' };
const list = (fields: Fields): FieldType => ({ list: { fields } });

const described = { name: 'string', description: 'string', config } as const;
const used = { ...described, used_by: texts } as const;

const rule: Fields = {
  action: 'string',
  source: 'string',
  destination: 'string',
  protocol: 'string',
  source_port: 'string',
  destination_port: 'string',
  icmp_type: 'string',
  icmp_code: 'string',
  description: 'string',
  state: 'string',
};
const instanceBody: Fields = {
  architecture: 'string',
  config,
  devices,
  ephemeral: 'boolean',
  profiles: texts,
  stateful: 'boolean',
  description: 'string',
  created_at: 'time',
  expanded_config: config,
  expanded_devices: devices,
  name: 'string',
  last_used_at: 'time',
};
const counters: Fields = {
  bytes_received: 'integer',
  bytes_sent: 'integer',
  packets_received: 'integer',
  packets_sent: 'integer',
  errors_received: 'integer',
  errors_sent: 'integer',
  packets_dropped_outbound: 'integer',
  packets_dropped_inbound: 'integer',
};
const networkState: Fields = {
  addresses: list({ family: 'string', address: 'string', netmask: 'string', scope: 'string' }),
  counters: { fields: counters },
  hwaddr: 'string',
  host_name: 'string',
  mtu: 'integer',
  state: 'string',
  type: 'string',
};
const osInfo: Fields = {
  os: 'string',
  os_version: 'string',
  kernel_version: 'string',
  hostname: 'string',
  fqdn: 'string',
};
const memory: Fields = {
  usage: 'integer',
  usage_peak: 'integer',
  total: 'integer',
  swap_usage: 'integer',
  swap_usage_peak: 'integer',
};
const instanceState: Fields = {
  status: 'string',
  status_code: 'integer',
  disk: { map: { fields: { usage: 'integer', total: 'integer' } } },
  memory: { fields: memory },
  network: { map: { fields: networkState } },
  pid: 'integer',
  processes: 'integer',
  cpu: { fields: { usage: 'integer', allocated_time: 'integer' } },
  started_at: 'time',
  os_info: { fields: osInfo },
};
const backup: Fields = { name: 'string', created_at: 'time', expires_at: 'time', optimized_storage: 'boolean' };

/** Of a kind that is not here any field may be asked for; it shows with each object whether it is there. */
export const objectFields: Readonly<Partial<Record<InventoryKind, Fields>>> = {
  image: {
    auto_update: 'boolean',
    properties: config,
    public: 'boolean',
    expires_at: 'time',
    profiles: texts,
    aliases: list({ name: 'string', description: 'string' }),
    architecture: 'string',
    cached: 'boolean',
    filename: 'string',
    fingerprint: 'string',
    size: 'integer',
    update_source: {
      fields: { alias: 'string', certificate: 'string', protocol: 'string', server: 'string', image_type: 'string' },
    },
    type: 'string',
    created_at: 'time',
    last_used_at: 'time',
    uploaded_at: 'time',
    project: 'string',
    locations: texts,
  },
  instance: {
    ...instanceBody,
    restore: 'string',
    disk_only: 'boolean',
    status: 'string',
    status_code: 'integer',
    location: 'string',
    type: 'string',
    project: 'string',
    backups: list({ ...backup, instance_only: 'boolean' }),
    snapshots: list({ ...instanceBody, expires_at: 'time', size: 'integer' }),
    state: { fields: instanceState },
  },
  network: { ...used, type: 'string', managed: 'boolean', status: 'string', locations: texts, project: 'string' },
  network_acl: { ...used, egress: list(rule), ingress: list(rule), project: 'string' },
  network_address_set: { ...used, addresses: texts, project: 'string' },
  network_forward: {
    description: 'string',
    config,
    ports: list({
      description: 'string',
      protocol: 'string',
      listen_port: 'string',
      target_port: 'string',
      target_address: 'string',
      snat: 'boolean',
    }),
    listen_address: 'string',
    location: 'string',
  },
  network_integration: { ...used, type: 'string' },
  network_load_balancer: {
    description: 'string',
    config,
    backends: list({ name: 'string', description: 'string', target_port: 'string', target_address: 'string' }),
    ports: list({ description: 'string', protocol: 'string', listen_port: 'string', target_backend: texts }),
    listen_address: 'string',
    location: 'string',
  },
  network_peer: {
    ...used,
    target_project: 'string',
    target_network: 'string',
    status: 'string',
    type: 'string',
    target_integration: 'string',
  },
  network_zone: { ...used, project: 'string' },
  profile: { ...used, devices, project: 'string' },
  project: used,
  // Not the keys: who may view a bucket could find out a secret letter by letter.
  storage_bucket: {
    ...described,
    s3_url: 'string',
    location: 'string',
    project: 'string',
    backups: list({ name: 'string', created_at: 'time', expires_at: 'time' }),
  },
  storage_pool: { ...used, driver: 'string', status: 'string', locations: texts },
  storage_volume: {
    ...used,
    restore: 'string',
    type: 'string',
    location: 'string',
    content_type: 'string',
    project: 'string',
    created_at: 'time',
    backups: list({ ...backup, volume_only: 'boolean' }),
    snapshots: list({
      description: 'string',
      expires_at: 'time',
      name: 'string',
      config,
      content_type: 'string',
      created_at: 'time',
    }),
    state: { fields: { usage: { fields: { used: 'integer', total: 'integer' } } } },
  },
  certificate: {
    name: 'string',
    description: 'string',
    fingerprint: 'string',
    type: 'string',
    restricted: 'boolean',
    projects: texts,
    certificate: 'string',
  },
};
