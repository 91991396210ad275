import { type CompletePreseed, nearestWord, readCertificate } from '@operations-center/documents';
import { configOf, devicesOf, overlap, subnetOf } from './addresses.rules.ts';
import type { Check, Outcome } from './check.ts';
import { completePreseed } from './complete-preseed.rules.ts';
import type { Facts, Read, ServerFacts } from './facts.ts';
import { bad, block, doubtful, eachServer, listNames, ok, skip, warn } from './judge.rules.ts';

const dayMs = 86_400_000;
const soonMs = 30 * dayMs;
const network = ({ live }: ServerFacts) => live.network;
const inFile = 'mend the application configuration';

/** Does the application configuration fit together, and fit the servers? */
export const applicationChecks: readonly Check[] = [
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
  {
    name: 'network-parents',
    group: 'application',
    title: 'Interfaces that networks name are there on every server',
    about:
      'A physical, macvlan or sriov network stands on an interface of each member; so does a bridge with external interfaces.',
    reads: ['networks[].config.parent, ["bridge.external_interfaces"]', 'GET /os/1.0/system/network: state.interfaces'],
    ignorable: true,
    remedy: 'operations-center provisioning server os system network show {server}; name one of its interfaces',
    run: (facts) =>
      eachServer(facts.servers, network, ({ state }) => {
        const there = Object.keys(state.interfaces);
        const wrong = completePreseed(facts).networks.flatMap(({ name, config }) =>
          parentsOf(config).flatMap((parent) => missing(`network ${name}: interface`, parent, there)),
        );
        return wrong.length === 0
          ? 'there'
          : bad({ seen: listNames(wrong), cause: 'the network cannot be made there' });
      }),
  },
  {
    name: 'vlans-allowed',
    group: 'application',
    title: 'VLANs that networks use may pass',
    about: 'IncusOS lets only the tags through that the interface lists, if it lists any.',
    reads: ['networks[].config.vlan, .parent', 'GET /os/1.0/system/network: config.interfaces[].vlan_tags'],
    ignorable: true,
    remedy: 'operations-center provisioning server os system network edit {server}: add the tag to vlan_tags',
    run: (facts) =>
      eachServer(facts.servers, network, (found) => {
        const devices = devicesOf(configOf(found));
        const wrong = completePreseed(facts).networks.flatMap(({ name, config }) => {
          const { vlan, parent } = config;
          const tags = devices.find((device) => device.name === parent)?.vlan_tags ?? [];
          const isBlocked = vlan !== undefined && vlan !== '' && tags.length > 0 && !tags.includes(Number(vlan));
          return isBlocked ? [`network ${name}: VLAN ${vlan} is not among ${tags.join(', ')} of ${parent}`] : [];
        });
        return wrong.length === 0 ? 'may pass' : doubtful({ seen: listNames(wrong), cause: 'nothing gets through' });
      }),
  },
  {
    name: 'network-interface-names',
    group: 'application',
    title: 'No network has the name of an interface',
    about: 'A network becomes an interface of its name on each member.',
    reads: ['networks[].name', 'GET /os/1.0/system/network: state.interfaces'],
    ignorable: true,
    remedy: 'choose another name for the network, in the file',
    run: (facts) =>
      eachServer(facts.servers, network, ({ state }) => {
        const taken = completePreseed(facts).networks.filter(
          ({ name, type }) =>
            type !== 'physical' && type !== 'macvlan' && type !== 'sriov' && Object.hasOwn(state.interfaces, name),
        );
        if (taken.length === 0) return 'free';
        return bad({
          seen: `has an interface ${listNames(taken.map(({ name }) => name))}`,
          cause: 'the network would be refused',
        });
      }),
  },
  {
    name: 'network-subnets',
    group: 'application',
    title: 'No network takes the addresses of the servers',
    about: 'A bridge with the servers’ own subnet draws their traffic to itself: they are cut off.',
    reads: [
      'networks[].config["ipv4.address"], ["ipv6.address"]',
      'GET /os/1.0/system/network: config.interfaces[].addresses',
    ],
    ignorable: true,
    remedy: 'choose another subnet for the network, in the file',
    run: (facts) => {
      const wanted = subnetsOf(completePreseed(facts));
      const double = wanted.find((one) =>
        wanted.some((other) => other.name < one.name && overlap(one.subnet, other.subnet)),
      );
      const outcomes = eachServer(facts.servers, network, (found) => {
        const own = devicesOf(configOf(found)).flatMap(({ addresses }) =>
          addresses.flatMap((text) => subnetOf(text) ?? []),
        );
        const shown = Object.values(found.state.interfaces).flatMap(({ addresses }) =>
          addresses.flatMap(
            (text) => subnetOf(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`) ?? [],
          ),
        );
        const hit = wanted.find(({ subnet }) => [...own, ...shown].some((used) => overlap(subnet, used)));
        if (hit === undefined) return 'no overlap';
        return bad({
          seen: `network ${hit.name} (${hit.text}) covers its own addresses`,
          cause: 'it would be cut off',
        });
      });
      if (double === undefined) return outcomes;
      return [
        ...outcomes,
        warn([], { seen: `the subnet of network ${double.name} is that of another one`, cause: 'routes would clash' }),
      ];
    },
  },
  {
    name: 'certificates-valid',
    group: 'application',
    title: 'Certificates of the application configuration are valid',
    about: 'Incus takes no certificate that is expired or not valid yet.',
    reads: ['certificates[].certificate'],
    ignorable: true,
    remedy: 'give a certificate that is valid: openssl x509 -in FILE -noout -dates',
    run: ({ request, now }) => {
      const outcomes = request.preseed.certificates.flatMap(({ name, certificate }): Outcome[] => {
        const read = readCertificate(certificate);
        if (read === undefined) return [];
        const [from, to] = [read.notBefore, read.notAfter].map((date) => date.toISOString().slice(0, 10));
        if (read.notAfter.getTime() <= now)
          return [block([], { seen: `${name} expired ${to}`, cause: 'Incus refuses it' })];
        if (read.notBefore.getTime() > now)
          return [block([], { seen: `${name} is valid from ${from} on`, cause: 'Incus refuses it until then' })];
        return read.notAfter.getTime() > now + soonMs
          ? []
          : [warn([], { seen: `${name} expires ${to}`, cause: 'its owner is locked out then' })];
      });
      return outcomes.length > 0 ? outcomes : [ok(`${request.preseed.certificates.length} given`)];
    },
  },
  {
    name: 'config-keys',
    group: 'application',
    title: 'Incus knows the configuration keys',
    about: 'Incus refuses a key it does not know, and with it all others of the same call.',
    reads: ['config of the application configuration', 'GET /1.0/metadata/configuration: configs.server'],
    ignorable: true,
    remedy: inFile,
    run: ({ request, keys, servers }) => {
      if (!keys.ok)
        return [
          skip(
            servers.slice(0, 1).map(({ name }) => name),
            keys.why,
          ),
        ];
      const unknown = Object.keys(request.preseed.config).filter((key) => !isKnown(key, keys.value.server));
      return problemsOutcome(
        unknown.map((key) => describeUnknown(`config ${key}`, key, keys.value.server)),
        'the first server’s Incus does not know it',
      );
    },
  },
];

type There = { pools: readonly string[]; networks: readonly string[]; projects: readonly string[] };

/** What will be there: what is made, and what the first server holds already. */
function referenceOutcome(facts: Facts, problems: (there: There) => string[]): Outcome[] {
  const preseed = completePreseed(facts);
  const held: Read<readonly string[]> = facts.servers[0]?.live.contents ?? { ok: true, value: [] };
  const onFirst = (kind: string): string[] =>
    held.ok ? held.value.flatMap((entry) => (entry.startsWith(`${kind}/`) ? [entry.slice(kind.length + 1)] : [])) : [];
  const there: There = {
    pools: [...preseed.storage_pools.map(({ name }) => name), ...onFirst('storage-pool')],
    networks: [...preseed.networks.map(({ name }) => name), ...onFirst('network')],
    projects: ['default', ...preseed.projects.map(({ name }) => name), ...onFirst('project')],
  };
  const found = problems(there);
  // Unread contents may hold what is missed.
  if (found.length > 0 && !held.ok)
    return [
      skip(
        facts.servers.slice(0, 1).map(({ name }) => name),
        held.why,
      ),
    ];
  return problemsOutcome(found, 'it is not there and not made by this request');
}

const problemsOutcome = (problems: readonly string[], cause: string): Outcome[] =>
  problems.length === 0 ? [ok('nothing is missing')] : [block([], { seen: listNames(problems), cause })];

const missing = (what: string, name: string | undefined, there: readonly string[]): string[] =>
  name === undefined || name === '' || there.includes(name) ? [] : [describeUnknown(`${what} "${name}"`, name, there)];

function describeUnknown(what: string, name: string, there: readonly string[]): string {
  const meant = nearestWord(name, there);
  return meant === undefined ? what : `${what} (did you mean "${meant}"?)`;
}

const parentsOf = (config: Record<string, string>): string[] =>
  [config['parent'] ?? '', ...(config['bridge.external_interfaces'] ?? '').split(',')]
    // `name/parent/vlan` makes the interface itself.
    .map((text) => text.trim())
    .filter((text) => text !== '' && !text.includes('/'));

const subnetsOf = ({ networks }: CompletePreseed) =>
  networks.flatMap(({ name, config }) =>
    ['ipv4.address', 'ipv6.address'].flatMap((key) => {
      const text = config[key] ?? '';
      const subnet = subnetOf(text);
      return subnet === undefined ? [] : [{ name, text, subnet }];
    }),
  );

/** Some keys have a name in the middle: `loki.NAME.…`, documented with a placeholder. */
const isKnown = (key: string, known: readonly string[]): boolean =>
  key.startsWith('user.') || known.includes(key) || known.some((pattern) => matches(pattern, key));

function matches(pattern: string, key: string): boolean {
  const [wanted, given] = [pattern.split('.'), key.split('.')];
  return (
    wanted.length <= given.length &&
    wanted.some(isPlaceholder) &&
    wanted.every((part, at) => isPlaceholder(part) || part === given[at])
  );
}

const isPlaceholder = (part: string): boolean => part === '*' || /^<.*>$/.test(part) || /^[A-Z_]+$/.test(part);
