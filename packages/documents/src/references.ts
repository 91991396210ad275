import type { Preseed } from './preseed-shape.ts';
import type { Path } from './problem.ts';

/** Something that an application configuration names and that has to be there when it is applied. */
export type Reference = {
  kind: 'pool' | 'network' | 'project' | 'volume' | 'member';
  /** Which question it belongs to; the checks of a creation have these names. */
  check: 'profile-devices' | 'volume-pools' | 'item-projects' | 'network-uplinks' | 'group-members';
  /** `profile web, device root: pool`. */
  about: string;
  name: string;
  at: Path;
};

/** All that the items of a configuration refer to, in the order of the file. */
export function listReferences(preseed: Preseed): Reference[] {
  return [
    ...preseed.profiles.flatMap(deviceReferences),
    ...volumeReferences(preseed),
    ...projectReferences(preseed),
    ...preseed.networks.flatMap(({ name, config: { network: uplink = '' } }, index): Reference[] =>
      uplink === 'none' || uplink === ''
        ? []
        : [
            {
              kind: 'network',
              check: 'network-uplinks',
              about: `network ${name}: uplink`,
              name: uplink,
              at: ['networks', index, 'config', 'network'],
            },
          ],
    ),
    ...preseed.cluster_groups.flatMap(({ name, members }, index) =>
      (members ?? []).map(
        (member, place): Reference => ({
          kind: 'member',
          check: 'group-members',
          about: `group ${name}: member`,
          name: member,
          at: ['cluster_groups', index, 'members', place],
        }),
      ),
    ),
  ].filter(({ name }) => name !== '');
}

function deviceReferences({ name, devices }: Preseed['profiles'][number], index: number): Reference[] {
  return Object.entries(devices).flatMap(([device, { type, pool, network, parent }]): Reference[] => {
    const [about, at] = [`profile ${name}, device ${device}`, ['profiles', index, 'devices', device]];
    const check = 'profile-devices';
    if (type === 'disk' && pool !== undefined)
      return [{ kind: 'pool', check, about: `${about}: pool`, name: pool, at: [...at, 'pool'] }];
    if (type === 'nic' && network !== undefined && parent === undefined)
      return [{ kind: 'network', check, about: `${about}: network`, name: network, at: [...at, 'network'] }];
    return [];
  });
}

function volumeReferences({ storage_volumes, config }: Preseed): Reference[] {
  const check = 'volume-pools';
  return [
    ...storage_volumes.map(({ name, pool }, index): Reference => {
      return { kind: 'pool', check, about: `volume ${name}: pool`, name: pool, at: ['storage_volumes', index, 'pool'] };
    }),
    ...Object.entries(config)
      .filter(([key]) => /^storage\.\w+_volume$/.test(key))
      .map(([key, value]): Reference => {
        return { kind: 'volume', check, about: `config ${key}: volume`, name: value, at: ['config', key] };
      }),
  ];
}

function projectReferences({ networks, storage_volumes, profiles, certificates }: Preseed): Reference[] {
  const to = (what: string, name: string, project: string, at: Path): Reference => ({
    kind: 'project',
    check: 'item-projects',
    about: `${what} ${name}: project`,
    name: project,
    at,
  });
  return [
    ...networks.map(({ name, project }, index) => to('network', name, project, ['networks', index, 'project'])),
    ...storage_volumes.map(({ name, project }, index) =>
      to('volume', name, project, ['storage_volumes', index, 'project']),
    ),
    ...profiles.map(({ name, project }, index) => to('profile', name, project, ['profiles', index, 'project'])),
    ...certificates.flatMap(({ name, projects }, index) =>
      projects.map((project, place) => to('certificate', name, project, ['certificates', index, 'projects', place])),
    ),
  ];
}

/** What there will be, by kind: what the configuration makes, its defaults included. */
export function namesOf(preseed: Preseed): Readonly<Record<Exclude<Reference['kind'], 'member'>, readonly string[]>> {
  return {
    pool: preseed.storage_pools.map(({ name }) => name),
    network: preseed.networks.map(({ name }) => name),
    project: ['default', ...preseed.projects.map(({ name }) => name)],
    volume: preseed.storage_volumes.map(({ pool, name }) => `${pool}/${name}`),
  };
}
