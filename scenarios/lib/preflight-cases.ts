import type { Finding, Preflight } from '@operations-center/contract';
import { makeCertificate } from '@operations-center/tls';

export type Verdict = Finding['verdict'];

/** One thing that is wrong, and the check that must say so. */
export type PreflightCase = {
  what: string;
  /** NAME@SERVER or NAME@SERVER:ARG, as the simulator has them. */
  faults: readonly string[];
  check: string;
  verdict: Verdict;
  /** Whom the finding names. */
  servers: readonly string[];
  /** In place of the usual request. */
  request?: Record<string, unknown>;
  /** Checks that may block, too, because they read the same thing. */
  also?: readonly string[];
};

const blocks = (
  check: string,
  servers: readonly string[],
  faults: readonly string[],
  more: Partial<PreflightCase> = {},
): PreflightCase => ({ what: faults.join(' '), faults, check, verdict: 'blocking', servers, ...more });
const warns: typeof blocks = (check, servers, faults, more) => ({
  ...blocks(check, servers, faults, more),
  verdict: 'warning',
});

const services = (services_config: Record<string, unknown>) => ({ request: { services_config } });
const nvme = { nvme: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] } };
const preseed = (application_seed_config: Record<string, unknown>) => ({ request: { application_seed_config } });
const macvlan = { networks: [{ name: 'lan', type: 'macvlan', config: { parent: 'eth0', vlan: '30' } }] };

/** Faults of servers; the fault only changes what the simulated API shows. */
export const serverCases: readonly PreflightCase[] = [
  blocks('reachable', ['server3'], ['refuses-connections@server3'], { also: ['server-ready'] }),
  blocks('reachable', ['server2'], ['slow@server2:4000'], { also: ['server-ready'] }),
  blocks('certificate-pinned', ['server2'], ['wrong-certificate@server2'], { also: ['server-ready'] }),
  blocks('answers-complete', ['server3'], ['answers-500@server3:/os/1.0/system/storage']),
  blocks('answers-complete', ['server2'], ['slow@server2:6000 /os/1.0/system/security']),
  blocks('system-started', ['server2'], ['still-starting@server2'], { also: ['server-ready'] }),

  blocks('trusts-us', ['server2'], ['untrusting@server2']),
  blocks('not-clustered-live', ['server3'], ['says-clustered@server3']),
  blocks(
    'machines-distinct',
    ['server1', 'server2'],
    ['other-machine-id@server1:abc1', 'other-machine-id@server2:abc1'],
  ),
  warns('host-names-distinct', ['server1', 'server3'], ['other-host-name@server3:server1']),
  warns('machine-as-registered', ['server2'], ['other-machine-id@server2:0000aaaa']),

  blocks('incus-release-alike', ['server3'], ['other-incus-version@server3:7.3']),
  blocks('api-extensions-alike', ['server2'], ['fewer-extensions@server2']),
  warns('os-version-alike', ['server3'], ['other-os-version@server3:202508010000']),
  warns('applications-alike', ['server2'], ['application-extra@server2:incus-ceph']),
  warns('architecture-alike', ['server2'], ['other-architecture@server2:aarch64']),

  blocks('clock-skew', ['server2'], ['clock-off@server2:-12']),
  warns('clock-skew', ['server3'], ['clock-off@server3:4']),
  warns('clock-against-ours', ['server1', 'server2', 'server3'], ['clock-off@*:90']),

  blocks('management-address', ['server2'], ['no-management-role@server2']),
  warns('cluster-address', ['server3'], ['cluster-role-unaddressed@server3']),
  blocks('network-settled', ['server1'], ['network-unsettled@server1']),
  blocks('link-state', ['server2'], ['link-down@server2']),
  warns('link-state', ['server2'], ['link-degraded@server2']),
  blocks(
    'member-addresses-distinct',
    ['server1', 'server2'],
    ['same-address@server1:10.1.2.3', 'same-address@server2:10.1.2.3'],
  ),
  blocks('cluster-address-family', ['server3'], ['same-address@server3:fd00::13']),
  warns('cluster-subnet', ['server2'], ['static-address@server1:10.1.0.11/24', 'static-address@server2:10.2.0.12/24']),
  warns('cluster-mtu', ['server2'], ['other-mtu@server2:9000']),
  warns('cluster-vlan', ['server3'], ['on-vlan@server3:30']),
  warns('interfaces-alike', ['server3'], ['interface-extra@server3:eth9']),

  blocks('incus-initialized', ['server2'], ['incus-not-set-up@server2']),
  blocks('joiner-instances', ['server2'], ['holds-instance@server2']),
  blocks('joiner-instances', ['server3'], ['holds-image@server3']),
  blocks('joiner-pools', ['server3'], ['holds-pool@server3:local']),
  blocks('joiner-networks', ['server2'], ['holds-network@server2:incusbr0']),
  blocks('joiner-projects', ['server2'], ['holds-project@server2:theirs']),
  blocks('joiner-projects', ['server3'], ['holds-profile@server3:theirs']),
  warns('first-server-empty', ['server1'], ['holds-instance@server1']),
  blocks('undo-backup-size', ['server1'], ['holds-image@server1']),
  blocks('pool-names-free', ['server1'], ['holds-pool@server1:local']),
  blocks('network-names-free', ['server1'], ['holds-network@server1:incusbr0']),
  blocks('leftover-trust', ['server1'], ['former-member@server1']),
  warns('joiner-clients', ['server2'], ['foreign-client@server2']),
  warns('joiner-config', ['server3'], ['config-key-set@server3:user.theirs']),
  warns('cluster-address-leftover', ['server2'], ['cluster-address-left@server2']),
  warns('api-port', ['server3'], ['other-port@server3:9443']),
  blocks('nothing-running', ['server2'], ['operation-running@server2']),

  blocks('pool-drivers', ['server2'], ['driver-missing@server2:zfs']),
  blocks('pool-sources', ['server3'], ['pool-missing@server3']),
  blocks('os-pools-healthy', ['server2'], ['pool-faulted@server2']),
  blocks('os-pools-healthy', ['server3'], ['pool-locked@server3']),
  warns('os-pools-healthy', ['server3'], ['pool-degraded@server3']),
  warns('os-pools-alike', ['server2'], ['pool-extra@server2:data']),
  blocks('free-space', ['server1'], ['disk-full@server1']),
  warns('free-space', ['server2'], ['pool-nearly-full@server2']),

  blocks('services-known', ['server2'], ['service-missing@server2:nvme'], services(nvme)),
  blocks('services-in-use', ['server3'], ['nvme-connected@server3'], services(nvme)),
  blocks(
    'services-in-use',
    ['server2'],
    ['iscsi-connected@server2'],
    services({ iscsi: { enabled: false, targets: [] } }),
  ),
  blocks(
    'services-in-use',
    ['server1'],
    ['multipath-connected@server1'],
    services({ multipath: { enabled: false, wwns: [] } }),
  ),
  warns('services-alike', ['server3'], ['ovn-configured@server3']),
  blocks(
    'lvm-ids-distinct',
    ['server1', 'server3'],
    ['lvm-id@server1:7', 'lvm-id@server3:7'],
    services({ lvm: { enabled: true } }),
  ),
  blocks('lvm-ids-in-range', ['server2'], ['lvm-id@server2:5000']),

  blocks(
    'network-parents',
    ['server3'],
    ['on-vlan@server3:5', 'interface-extra@server1:eth7', 'interface-extra@server2:eth7'],
    {
      ...preseed({ networks: [{ name: 'lan', type: 'macvlan', config: { parent: 'eth7' } }] }),
    },
  ),
  warns('vlans-allowed', ['server2'], ['vlan-tags@server2:10,20'], preseed(macvlan)),
  blocks('network-interface-names', ['server2'], ['interface-extra@server2:incusbr0']),
  blocks('network-subnets', ['server2'], ['static-address@server2:10.9.0.12/24'], {
    ...preseed({ networks: [{ name: 'incusbr0', type: 'bridge', config: { 'ipv4.address': '10.9.0.1/16' } }] }),
  }),

  blocks('no-reboot-pending', ['server2'], ['needs-reboot@server2']),
  warns('version-staged', ['server3'], ['version-staged@server3:202612010000']),
  blocks('no-update-running', ['server1'], ['update-running@server1']),
  warns('last-update-worked', ['server2'], ['update-failed@server2']),
  warns('no-restart-by-itself', ['server3'], ['auto-reboot@server3']),

  warns('secure-boot', ['server2'], ['secure-boot-off@server2']),
  blocks('tpm', ['server3'], ['tpm-mismatch@server3']),
  warns('tpm', ['server1'], ['tpm-in-software@server1']),
  warns('system-trusted', ['server2'], ['system-untrusted@server2']),
  warns('volumes-unlocked-by-tpm', ['server3'], ['unlocked-by-hand@server3']),
  warns('recovery-keys-kept', ['server2'], ['recovery-key-added@server2']),
  warns('recovery-keys-kept', ['server1'], ['recovery-keys-gone@server1']),
];

const profile = (devices: Record<string, Record<string, string>>) =>
  preseed({ profiles: [{ name: 'web', project: 'default', devices }] });

/** What is wrong in the request itself. */
export async function requestCases(): Promise<readonly PreflightCase[]> {
  const now = Date.now();
  const dayMs = 86_400_000;
  const certificate = async (fromDays: number, days: number) => {
    const made = await makeCertificate({
      commonName: 'me',
      usage: 'client',
      notBefore: new Date(now + fromDays * dayMs),
      days,
    });
    return preseed({ certificates: [{ name: 'me', type: 'client', certificate: made.certificate }] });
  };
  const wrong = (what: string, check: string, more: Partial<PreflightCase>): PreflightCase => ({
    ...blocks(check, [], [], more),
    what,
  });
  return [
    wrong('an unknown channel', 'channel-known', { request: { channel: 'nowhere' }, also: ['server-channel'] }),
    wrong('an unknown server', 'servers-known', {
      request: { server_names: ['server1', 'nobody'] },
      servers: ['nobody'],
    }),
    wrong('two members', 'member-count', { request: { server_names: ['server1', 'server2'] }, verdict: 'warning' }),
    wrong('another type', 'server-type', {
      request: { server_type: 'incus-lts-7.0' },
      servers: ['server1', 'server2', 'server3'],
    }),
    wrong(
      'a profile without its pool',
      'profile-devices',
      profile({ root: { type: 'disk', path: '/', pool: 'nowhere' } }),
    ),
    wrong('a profile without its network', 'profile-devices', profile({ eth0: { type: 'nic', network: 'nowhere' } })),
    wrong('a volume without its pool', 'volume-pools', preseed({ storage_volumes: [{ name: 'v', pool: 'nowhere' }] })),
    wrong(
      'a network without its project',
      'item-projects',
      preseed({ networks: [{ name: 'net0', project: 'nowhere' }] }),
    ),
    wrong(
      'a network without its uplink',
      'network-uplinks',
      preseed({ networks: [{ name: 'n', type: 'ovn', config: { network: 'nowhere' } }] }),
    ),
    wrong(
      'a group with a stranger',
      'group-members',
      preseed({ cluster_groups: [{ name: 'g', members: ['nobody'] }] }),
    ),
    wrong('a project that is a path', 'item-names', preseed({ projects: [{ name: 'p/../q' }] })),
    wrong('a bridge with a long name', 'item-names', preseed({ networks: [{ name: 'a-bridge-of-16-c' }] })),
    wrong('a key of all for one server', 'override-keys', {
      request: { server_overrides: { server2: { storage_pools: { local: { 'zfs.clone_copy': 'false' } } } } },
    }),
    wrong('a key that nobody knows', 'config-keys', preseed({ config: { 'cluster.offline_treshold': '30' } })),
    wrong('a certificate that is expired', 'certificates-valid', await certificate(-20, 10)),
    wrong('a certificate of tomorrow', 'certificates-valid', await certificate(1, 10)),
    wrong('a certificate that ends soon', 'certificates-valid', { ...(await certificate(-1, 10)), verdict: 'warning' }),
    wrong(
      'two pools on one source',
      'pool-sources-distinct',
      preseed({ storage_pools: [{ name: 'more', driver: 'zfs', config: { source: 'local/incus' } }] }),
    ),
    wrong('a pool on a drive that is not there', 'pool-sources', {
      ...preseed({ storage_pools: [{ name: 'more', driver: 'zfs', config: { source: '/dev/disk/by-id/none' } }] }),
      servers: ['server1', 'server2', 'server3'],
    }),
    wrong(
      'one tunnel address for all',
      'service-addresses',
      services({ ovn: { enabled: true, database: 'tcp:10.0.0.1:6642', tunnel_address: '10.0.8.11' } }),
    ),
    wrong('a service that does not exist', 'services-known', {
      ...services({ lvmm: { enabled: true } }),
      servers: ['server1', 'server2', 'server3'],
    }),
  ];
}

export const healthyRequest = {
  name: 'fresh',
  connection_url: 'https://10.0.0.9:8443',
  server_names: ['server1', 'server2', 'server3'],
  server_type: 'incus',
};

export const problemsOf = ({ findings }: Preflight): Finding[] =>
  findings.filter(({ verdict }) => verdict === 'blocking' || verdict === 'warning');

/** What is said in vain of a case: the check that should speak and does not, and others that block. */
export function misjudged({ check, verdict, servers, also = [] }: PreflightCase, preflight: Preflight): string[] {
  const meant = preflight.findings.filter((one) => one.check === check && one.verdict === verdict);
  const named = meant.flatMap((one) => one.servers).sort();
  const others = preflight.findings.filter(
    (one) => one.verdict === 'blocking' && one.check !== check && !also.includes(one.check),
  );
  return [
    ...(meant.length > 0 && JSON.stringify(named) === JSON.stringify([...servers].sort())
      ? []
      : [`${check} should say ${verdict} of ${servers.join(' ')}, says ${verdict} of ${named.join(' ') || 'nobody'}`]),
    ...meant.flatMap((one) => (one.cause === null || one.remedy === null ? [`${check} has no cause or remedy`] : [])),
    ...others.map((one) => `${one.check} blocks, too: ${one.servers.join(' ')} ${one.seen}`),
  ];
}
