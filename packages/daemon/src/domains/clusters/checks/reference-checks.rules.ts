import type { Check } from './check.ts';
import { completePreseed } from './complete-preseed.rules.ts';
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
    run: (facts) => {
      const preseed = completePreseed(facts);
      return referenceOutcome(facts, (there) =>
        preseed.profiles.flatMap(({ name, devices }) =>
          Object.entries(devices).flatMap(([device, { type, pool, network: net, parent }]) => [
            ...missing(`profile ${name}, device ${device}: pool`, type === 'disk' ? pool : undefined, there.pools),
            ...missing(
              `profile ${name}, device ${device}: network`,
              type === 'nic' && parent === undefined ? net : undefined,
              there.networks,
            ),
          ]),
        ),
      );
    },
  },
  {
    name: 'volume-pools',
    group: 'application',
    title: 'Volumes lie in pools that will be there',
    about: 'So do the volumes that the configuration names for backups, images and logs.',
    reads: ['storage_volumes[].pool, config["storage.*_volume"], storage_pools'],
    ignorable: true,
    remedy: inFile,
    run: (facts) => {
      const preseed = completePreseed(facts);
      const volumes = preseed.storage_volumes.map(({ pool, name }) => `${pool}/${name}`);
      return referenceOutcome(facts, (there) => [
        ...preseed.storage_volumes.flatMap(({ name, pool }) => missing(`volume ${name}: pool`, pool, there.pools)),
        ...Object.entries(preseed.config)
          .filter(([key]) => /^storage\.\w+_volume$/.test(key))
          .flatMap(([key, value]) => missing(`config ${key}: volume`, value, volumes)),
      ]);
    },
  },
  {
    name: 'item-projects',
    group: 'application',
    title: 'Items lie in projects that will be there',
    about: 'Networks, volumes and profiles of a project, and certificates restricted to one, need it first.',
    reads: ['networks[].project, storage_volumes[].project, profiles[].project, certificates[].projects, projects'],
    ignorable: true,
    remedy: inFile,
    run: (facts) => {
      const preseed = completePreseed(facts);
      return referenceOutcome(facts, (there) => [
        ...preseed.networks.flatMap(({ name, project }) =>
          missing(`network ${name}: project`, project, there.projects),
        ),
        ...preseed.storage_volumes.flatMap(({ name, project }) =>
          missing(`volume ${name}: project`, project, there.projects),
        ),
        ...preseed.profiles.flatMap(({ name, project }) =>
          missing(`profile ${name}: project`, project, there.projects),
        ),
        ...preseed.certificates.flatMap(({ name, projects }) =>
          projects.flatMap((project) => missing(`certificate ${name}: project`, project, there.projects)),
        ),
      ]);
    },
  },
  {
    name: 'network-uplinks',
    group: 'application',
    title: 'Uplinks of networks will be there',
    about: 'An OVN network hangs on another network.',
    reads: ['networks[].config.network'],
    ignorable: true,
    remedy: inFile,
    run: (facts) =>
      referenceOutcome(facts, (there) =>
        completePreseed(facts).networks.flatMap(({ name, config: { network: uplink } }) =>
          missing(`network ${name}: uplink`, uplink === 'none' ? undefined : uplink, there.networks),
        ),
      ),
  },
  {
    name: 'group-members',
    group: 'application',
    title: 'Members of cluster groups are members',
    about: 'A group can hold members of this cluster only.',
    reads: ['cluster_groups[].members', 'server_names of the request'],
    ignorable: true,
    remedy: inFile,
    run: (facts) =>
      problemsOutcome(
        facts.request.preseed.cluster_groups.flatMap(({ name, members }) =>
          (members ?? []).flatMap((member) => missing(`group ${name}: member`, member, facts.request.server_names)),
        ),
        'it is not a server of this request',
      ),
  },
];
