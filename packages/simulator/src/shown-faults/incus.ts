import { add, drop, put, shown } from './shown-fault.ts';

const server = '/1.0';

/** What Incus shows of itself, and what it seems to hold. */
export const INCUS_FAULTS = {
  untrusting: shown(server, 'Incus does not trust who asks', (metadata) => {
    const { api_status, api_version } = metadata as Record<string, unknown>; // as: GET /1.0 of our own Incus
    return {
      api_extensions: null,
      api_status,
      api_version,
      auth: 'untrusted',
      auth_methods: ['tls'],
      config: {},
      public: false,
    };
  }),
  'says-clustered': shown(server, 'Incus says it is a member of a cluster', put('environment.server_clustered', true)),
  'other-incus-version': shown(server, 'Incus shows the version ARG', put('environment.server_version', String)),
  'fewer-extensions': shown(server, 'Incus lacks an API extension', (metadata) => {
    const { api_extensions: all } = metadata as { api_extensions: string[] }; // as: GET /1.0 of our own Incus
    return { ...(metadata as object), api_extensions: all.slice(1) };
  }),
  'other-architecture': shown(
    server,
    'Incus shows the architecture ARG',
    put('environment.kernel_architecture', String),
  ),
  'driver-missing': shown(
    server,
    'Incus does not offer the storage driver ARG',
    drop('environment.storage_supported_drivers', (driver, name) =>
      JSON.stringify(driver).includes(`"Name":"${name}"`),
    ),
  ),
  'config-key-set': shown(server, 'the configuration key ARG is set', (metadata, key) => {
    const { config } = metadata as { config: Record<string, string> }; // as: GET /1.0 of our own Incus
    return { ...(metadata as object), config: { ...config, [key]: 'set by hand' } };
  }),
  'other-port': shown(server, 'Incus is configured for port ARG', (metadata, port) => {
    const { config } = metadata as { config: Record<string, string> }; // as: GET /1.0 of our own Incus
    return { ...(metadata as object), config: { ...config, 'core.https_address': `:${port || 9443}` } };
  }),
  'cluster-address-left': shown(server, 'cluster.https_address was left behind', (metadata) => {
    const { config } = metadata as { config: Record<string, string> }; // as: GET /1.0 of our own Incus
    return { ...(metadata as object), config: { ...config, 'cluster.https_address': '10.9.9.9:8443' } };
  }),
  'holds-instance': shown('/1.0/instances', 'there is an instance', add('', '/1.0/instances/c1')),
  'holds-image': shown('/1.0/images', 'there is an image', add('', '/1.0/images/0123456789ab')),
  'holds-pool': shown(
    '/1.0/storage-pools',
    'there is a storage pool ARG',
    add('', (name: string) => `/1.0/storage-pools/${name || 'local'}`),
  ),
  'holds-project': shown(
    '/1.0/projects',
    'there is a project ARG',
    add('', (name: string) => `/1.0/projects/${name || 'theirs'}`),
  ),
  'holds-profile': shown(
    '/1.0/profiles',
    'there is a profile ARG',
    add('', (name: string) => `/1.0/profiles/${name || 'theirs'}`),
  ),
  'holds-network': shown(
    '/1.0/networks',
    'there is a managed network ARG',
    add('', (name: string) => ({
      name: name || 'incusbr0',
      type: 'bridge',
      managed: true,
      status: 'Created',
      config: {},
    })),
  ),
  'former-member': shown(
    '/1.0/certificates',
    'the certificate of a former member is trusted',
    add('', { name: 'server9', type: 'server', fingerprint: 'a'.repeat(64), restricted: false, projects: [] }),
  ),
  'foreign-client': shown(
    '/1.0/certificates',
    'another client is trusted',
    add('', { name: 'somebody', type: 'client', fingerprint: 'b'.repeat(64), restricted: false, projects: [] }),
  ),
  'operation-running': shown(
    '/1.0/operations',
    'an operation is running',
    add('running', {
      id: '00000000-0000-4000-8000-000000000001',
      class: 'task',
      description: 'Downloading image',
      status: 'Running',
      status_code: 103,
    }),
  ),
} as const;
