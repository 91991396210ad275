import { add, drop, put, shown } from './shown-fault.ts';

const environment = '/os/1.0';
const security = '/os/1.0/system/security';
const storage = '/os/1.0/system/storage';
const update = '/os/1.0/system/update';
const service = (name: string): string => `/os/1.0/services/${name}`;

/** What IncusOS shows of itself. */
export const OS_FAULTS = {
  'still-starting': shown(
    environment,
    'IncusOS says it has not finished starting',
    put('environment.system_is_ready', false),
  ),
  'other-machine-id': shown(environment, 'IncusOS shows the machine id ARG', put('environment.machine_id', String)),
  'other-host-name': shown(environment, 'IncusOS shows the host name ARG', put('environment.hostname', String)),
  'other-os-version': shown(environment, 'IncusOS shows the version ARG', put('environment.os_version', String)),
  'version-staged': shown(
    environment,
    'the next start brings up version ARG',
    put('environment.os_version_next', String),
  ),

  'secure-boot-off': shown(security, 'Secure Boot is off', put('state.secure_boot_enabled', false)),
  'tpm-mismatch': shown(security, 'the TPM does not match what was started', put('state.tpm_status', 'pcr mismatch')),
  'tpm-in-software': shown(security, 'the TPM is one in software', put('state.tpm_status', 'swtpm')),
  'system-untrusted': shown(
    security,
    'something was started that is not vouched for',
    put('state.system_state_is_trusted', false),
    put('state.system_state_status', 'incus-agent is/was fully enabled'),
  ),
  'unlocked-by-hand': shown(
    security,
    'somebody typed a recovery key at the last start',
    put('state.encrypted_volumes.*.state', 'unlocked (recovery passphrase)'),
  ),
  'recovery-key-added': shown(
    security,
    'there is a recovery key that nobody fetched',
    put('state.encryption_recovery_keys_retrieved', false),
    add('config.encryption_recovery_keys', 'simulated-key-that-nobody-has'),
  ),
  'recovery-keys-gone': shown(
    security,
    'there is no recovery key',
    put('state.encryption_recovery_keys_retrieved', false),
    put('config.encryption_recovery_keys', []),
  ),

  'pool-faulted': shown(storage, 'the pools of IncusOS are faulted', put('state.pools.*.state', 'FAULTED')),
  'pool-degraded': shown(storage, 'the pools of IncusOS are degraded', put('state.pools.*.state', 'DEGRADED')),
  'pool-locked': shown(
    storage,
    'the keys of the pools are not available',
    put('state.pools.*.encryption_key_status', 'unavailable'),
  ),
  'pool-missing': shown(storage, 'there is no pool of IncusOS', put('state.pools', [])),
  'pool-extra': shown(
    storage,
    'there is another pool, ARG',
    add('state.pools', (name: string) => ({ name: name || 'data', state: 'ONLINE' })),
  ),
  'disk-full': shown(storage, 'the root partition is full', put('state.root_partition.available_in_bytes', 10_000_000)),
  'pool-nearly-full': shown(
    storage,
    'the pools are nearly full',
    put('state.pools.*.usable_pool_size_in_bytes', 100 * 2 ** 30),
    put('state.pools.*.pool_allocated_space_in_bytes', 95 * 2 ** 30),
  ),

  'needs-reboot': shown(update, 'a restart is waiting', put('state.needs_reboot', true)),
  'update-running': shown(update, 'an update check is running', put('state.status', 'Running update check')),
  'update-failed': shown(update, 'the last update check failed', put('state.status', 'Failed to check for OS updates')),
  'auto-reboot': shown(update, 'it restarts by itself after an update', put('config.auto_reboot', true)),

  'incus-not-set-up': shown(
    '/os/1.0/applications/incus',
    'Incus was never initialized',
    put('state.initialized', false),
  ),
  'application-extra': shown(
    '/os/1.0/applications',
    'the application ARG is installed',
    add('', (name: string) => `/os/1.0/applications/${name || 'incus-ceph'}`),
  ),
  'service-missing': shown(
    '/os/1.0/services',
    'IncusOS does not have the service ARG',
    drop('', (url, name) => String(url).endsWith(`/${name}`)),
  ),
  'lvm-id': shown(
    service('lvm'),
    'lvm is enabled with the id ARG',
    put('config.enabled', true),
    put('config.system_id', Number),
  ),
  'nvme-connected': shown(
    service('nvme'),
    'an NVMe subsystem is connected',
    put('config.enabled', true),
    add('state.subsystems', {
      name: 'nvme-subsys0',
      nqn: 'nqn.2014-08.org.example:in-use',
      controllers: [{ name: 'nvme0', transport: 'tcp', address: 'traddr=10.0.9.6,trsvcid=8009', state: 'live' }],
    }),
  ),
  'iscsi-connected': shown(
    service('iscsi'),
    'an iSCSI target is connected',
    put('config.enabled', true),
    add('config.targets', { target: 'iqn.2024-01.org.example:in-use', address: '10.0.9.5', port: 3260 }),
  ),
  'multipath-connected': shown(
    service('multipath'),
    'a multipath device is there',
    put('config.enabled', true),
    put('state.devices', {
      '0x60014050000000000000000000000001': { vendor: 'SIM,LUN', size: '1.0T', path_groups: [] },
    }),
  ),
  'ovn-configured': shown(
    service('ovn'),
    'OVN is configured, on this server alone',
    put('config.enabled', true),
    put('config.database', 'tcp:10.0.9.7:6642'),
  ),
} as const;
