import { listReferences } from '@operations-center/documents';
import type { Check } from '../check.ts';
import { missing, problemsOutcome, referenceOutcome } from './references.rules.ts';

const inFile = 'mend the application configuration';

/** Does the application configuration fit together? */
export const referenceChecks: readonly Check[] = [
  {
    name: 'profile-devices',
    group: 'application',
    title: 'Devices of profiles refer to what will be there',
    about: 'A profile whose pool or network is missing is refused, half-way through the creation.',
    reads: [
      'profiles[].devices, storage_pools, networks of the application configuration',
      'what the first server holds',
    ],
    ignorable: true,
    remedy: inFile,
    run: (facts) => referenceOutcome(facts, 'profile-devices'),
  },
  {
    name: 'volume-pools',
    group: 'application',
    title: 'Volumes lie in pools that will be there',
    about: 'So do the volumes that the configuration names for backups, images and logs.',
    reads: ['storage_volumes[].pool, config["storage.*_volume"], storage_pools'],
    ignorable: true,
    remedy: inFile,
    run: (facts) => referenceOutcome(facts, 'volume-pools'),
  },
  {
    name: 'item-projects',
    group: 'application',
    title: 'Items lie in projects that will be there',
    about: 'Networks, volumes and profiles of a project, and certificates restricted to one, need it first.',
    reads: ['networks[].project, storage_volumes[].project, profiles[].project, certificates[].projects, projects'],
    ignorable: true,
    remedy: inFile,
    run: (facts) => referenceOutcome(facts, 'item-projects'),
  },
  {
    name: 'network-uplinks',
    group: 'application',
    title: 'Uplinks of networks will be there',
    about: 'An OVN network hangs on another network.',
    reads: ['networks[].config.network'],
    ignorable: true,
    remedy: inFile,
    run: (facts) => referenceOutcome(facts, 'network-uplinks'),
  },
  {
    name: 'group-members',
    group: 'application',
    title: 'Members of cluster groups are members',
    about: 'A group can hold members of this cluster only.',
    reads: ['cluster_groups[].members', 'server_names of the request'],
    ignorable: true,
    remedy: inFile,
    run: ({ request: { preseed, server_names } }) =>
      problemsOutcome(
        listReferences(preseed)
          .filter(({ check }) => check === 'group-members')
          .flatMap(({ about, name }) => missing(about, name, server_names)),
        'it is not a server of this request',
      ),
  },
];
