export const programName = 'operations-center';

const groups: Readonly<Record<string, string>> = {
  '': 'The command line of Operations Center, the control plane for fleets of IncusOS servers.',
  admin: 'Look into the daemon and its host',
  audit: 'Who changed what, and whether that record is whole',
  image: 'Images that servers and clusters can download',
  inventory: 'What the clusters hold: instances, networks, volumes and everything else',
  operation: 'Long work: what runs, what it waits for, and the ways out',
  provisioning: 'Servers, clusters, and the tokens they register with',
  'provisioning channel': 'Update channels',
  'provisioning cluster': 'Make clusters of servers and look after them',
  'provisioning cluster-template': 'Templates from which clusters are made',
  'provisioning cluster artifact':
    'Files made together with a cluster: what was asked, what was done, its configuration',
  'provisioning plan': 'Plans of clusters that can still be run',
  'provisioning server': 'The registered servers',
  'provisioning server os': "A server's IncusOS, asked directly",
  'provisioning server os application': 'What IncusOS runs: incus and its companions',
  'provisioning server os service': 'What IncusOS provides: lvm, nvme, ovn, ceph and others',
  'provisioning server os system': 'The machine itself: network, storage, power, updates',
  'provisioning server os system fallback-listener': 'Where IncusOS listens if its application does not start',
  'provisioning server os system kernel': 'Kernel settings',
  'provisioning server os system logging': 'Where IncusOS sends its log',
  'provisioning server os system network': 'Interfaces, addresses, DNS, time',
  'provisioning server os system provider': 'Where IncusOS registers and gets its updates',
  'provisioning server os system resources': 'The hardware',
  'provisioning server os system security': 'Encryption, TPM, secure boot',
  'provisioning server os system storage': 'Drives and pools',
  'provisioning server os system update': 'Updates of IncusOS and its applications',
  'provisioning token': 'Tokens that let servers register',
  remote: 'Which daemon is asked',
  session: 'Browsers that are signed in to the web UI',
  system: 'Settings of the daemon',
  'system network': 'Where the daemon listens',
  'system security': 'Whom the daemon trusts',
  'system settings': 'Log level and registration script',
  'system trust': 'Client certificates with full rights',
  'system webhook': 'Who is told when an operation needs attention or fails',
  'system updates': 'Where updates come from',
  warning: 'What a person should look at',
};

/** One sentence for a word that has commands below it. */
export function aboutGroup(path: readonly string[]): string {
  const words = path.join(' ');
  const kind = /^inventory (.+)$/.exec(words)?.[1];
  return groups[words] ?? (kind === undefined ? '' : `The ${kind.replaceAll('-', ' ')}s of all clusters`);
}
