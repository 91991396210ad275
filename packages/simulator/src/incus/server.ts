import { isMemberServerKey, SHARED_POOL_DRIVERS } from '@operations-center/fleet-protocol';
import extensions from './api-extensions.json' with { type: 'json' };
import type { Call } from './call.ts';
import { bodyOf, onTarget, targetRow } from './call.ts';
import { canonicalAddress, configurationDocument, isWildcard, serverValue } from './config-keys.ts';
import type { ConfigMap } from './database.ts';
import { emitLifecycle } from './events.ts';
import type { Machine } from './machine.ts';
import { fullConfig, isClustered, serverName, shownCertificate } from './machine.ts';
import type { Answer } from './reply.ts';
import { checkMatch, done, IncusError, ok, tagged } from './reply.ts';
import { assignRaftRoles } from './roles.ts';
import { checkVolumeKey } from './volumes.ts';

const SERVER_VERSION = '7.0.2';
const DRIVER_VERSIONS: Record<string, string> = {
  zfs: '2.4.1',
  dir: '1',
  btrfs: '6.14',
  lvm: '2.03.31',
  lvmcluster: '2.03.31',
};

export async function showServer(call: Call): Promise<Answer> {
  const untrusted = {
    api_status: 'stable',
    api_version: '1.0',
    auth: 'untrusted',
    public: false,
    auth_methods: ['tls'],
  };
  if (!call.trusted) {
    const open = Object.entries(fullConfig(call.machine)).filter(([key]) => key.startsWith('user.ui.'));
    return ok({ config: Object.fromEntries(open), api_extensions: null, ...untrusted });
  }
  const { machine } = await onTarget(call);
  const config = fullConfig(machine);
  const metadata = {
    config,
    api_extensions: extensions,
    ...untrusted,
    auth: 'trusted',
    auth_user_name: call.request.local === true ? 'root' : (call.request.clientFingerprint ?? ''),
    auth_user_method: call.request.local === true ? 'unix' : 'tls',
    environment: environmentOf(call, machine),
  };
  return tagged(metadata, config);
}

function environmentOf(call: Call, machine: Machine): Record<string, unknown> {
  const shown = shownCertificate(machine);
  const drivers = machine.options.storageDrivers ?? ['zfs', 'dir', 'btrfs', 'lvm', 'lvmcluster'];
  const used = [...new Set(machine.store.data.pools.map((pool) => pool.driver))];
  return {
    addresses: listenAddresses(machine),
    architectures: ['x86_64', 'i686'],
    certificate: shown.certificate,
    certificate_fingerprint: shown.fingerprint,
    driver: 'lxc | qemu',
    driver_version: '6.0.6 | 10.2.2',
    firewall: 'nftables',
    kernel: 'Linux',
    kernel_architecture: 'x86_64',
    kernel_features: {},
    kernel_version: '6.18.33',
    lxc_features: { environment_runtime_hooks: 'true' },
    os_name: 'IncusOS',
    os_version: '13',
    project: call.request.query.get('project') ?? 'default',
    server: 'incus',
    server_clustered: isClustered(machine),
    server_event_mode: 'full-mesh',
    server_name: serverName(machine),
    server_pid: 1100,
    server_version: SERVER_VERSION,
    storage: used.join(' | '),
    storage_version: used.map((driver) => DRIVER_VERSIONS[driver] ?? '1').join(' | '),
    storage_supported_drivers: drivers.map((driver) => ({
      Name: driver,
      Version: DRIVER_VERSIONS[driver] ?? '1',
      Remote: SHARED_POOL_DRIVERS.includes(driver),
    })),
  };
}

function listenAddresses(machine: Machine): string[] {
  const address = machine.row.local_config['core.https_address'] ?? '';
  if (address === '') return [];
  if (!isWildcard(address)) return [canonicalAddress(address)];
  const { management, cluster } = machine.options.addresses;
  return [...new Set([management, cluster])].map((host) => `${host}:8443`);
}

export const replaceServer = (call: Call): Promise<Answer> => changeServer(call, false);
export const mergeServer = (call: Call): Promise<Answer> => changeServer(call, true);

async function changeServer(call: Call, merge: boolean): Promise<Answer> {
  const targeted = targetRow(call) !== undefined;
  const here = await onTarget(call);
  const { machine } = here;
  checkMatch(call.request.headers['if-match'], fullConfig(machine));
  const wanted = bodyOf(call, 'ServerPut').config('config');
  const checked = Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, serverValue(key, value)]));
  // Seen: a PUT for one member leaves the keys of the whole cluster alone, one without target replaces both.
  const keepGlobal = merge || targeted;
  // Seen: keys that Incus does not know (`user.*`) outlive a PUT that leaves them out; only an empty value unsets them.
  const unknown = Object.fromEntries(Object.entries(machine.store.data.config).filter(([key]) => isUserKey(key)));
  const local = nextConfig(merge ? machine.row.local_config : {}, checked, isMemberServerKey);
  const global = nextConfig(
    keepGlobal ? machine.store.data.config : unknown,
    checked,
    (key) => !isMemberServerKey(key),
  );
  checkAddresses(machine, local);
  for (const key of ['storage.backups_volume', 'storage.images_volume', 'storage.logs_volume']) {
    if ((local[key] ?? '') !== (machine.row.local_config[key] ?? '')) checkVolumeKey(machine, key, local[key] ?? '');
  }
  machine.row.local_config = local;
  machine.store.data.config = global;
  assignRaftRoles(machine.store);
  emitLifecycle(here, 'config-updated', '/1.0');
  return done();
}

const isUserKey = (key: string): boolean => key.startsWith('user.');

function nextConfig(before: ConfigMap, wanted: ConfigMap, mine: (key: string) => boolean): ConfigMap {
  const next = { ...before };
  for (const [key, value] of Object.entries(wanted)) {
    if (!mine(key)) continue;
    if (value === '') delete next[key];
    else next[key] = value;
  }
  return next;
}

function checkAddresses(machine: Machine, local: ConfigMap): void {
  const before = machine.row.local_config;
  if (isClustered(machine) && local['cluster.https_address'] !== before['cluster.https_address']) {
    throw new IncusError(500, 'Changing cluster.https_address is currently not supported');
  }
  if (machine.options.onIncusOs !== false && (local['core.https_address'] ?? '') === '') {
    throw new IncusError(500, 'Cannot unset HTTPS address on an IncusOS system');
  }
}

export const showConfiguration = (): Answer => ok(configurationDocument());
