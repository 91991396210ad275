import type { CompletePreseed } from '@operations-center/documents';
import type { Check } from '../check.ts';
import type { ServerFacts } from '../facts.ts';
import { bad, doubtful, eachServer, listNames, warn } from '../judge.rules.ts';
import { completePreseed } from '../of-files/complete-preseed.rules.ts';
import { missing } from '../of-files/references.rules.ts';
import { configOf, devicesOf, overlap, subnetOf } from './ip-addresses.rules.ts';

const network = ({ live }: ServerFacts) => live.network;

/** Do the networks that are to be made fit the servers' own? */
export const plannedNetworkChecks: readonly Check[] = [
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
];

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
