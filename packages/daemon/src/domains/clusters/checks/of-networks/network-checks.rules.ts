import type { Check } from '../check.ts';
import type { Facts, Read, ServerFacts } from '../facts.ts';
import {
  alike,
  bad,
  block,
  doubtful,
  eachServer,
  findModel,
  isSame,
  listNames,
  mapRead,
  ok,
  sharedBy,
  toldBy,
} from '../judge.rules.ts';
import { addressOfRole, clusterAddress, configOf, devicesOf, interfacesWith } from './ip-addresses.rules.ts';

const network = ({ live }: ServerFacts) => live.network;
const live = 'GET /os/1.0/system/network: state.interfaces';
const configured = 'GET /os/1.0/system/network: config';
const edit = 'operations-center provisioning server os system network edit {server}';
/** Neither API can make one member dial another (it is proven by the join alone). */
const inferred = 'Inferred from what each server says of its own network: no server can be made to dial another.';

/** Where are the servers, and can they be expected to reach each other? */
export const networkChecks: readonly Check[] = [
  {
    name: 'management-address',
    group: 'network',
    title: 'There is an address for management',
    about: 'It becomes core.https_address: where we and everybody else reach the member.',
    reads: [live],
    ignorable: false,
    remedy: `${edit}: give an interface the role management and an address`,
    run: ({ servers }) =>
      eachServer(servers, network, (found) => {
        const address = addressOfRole(found, 'management');
        return address === undefined
          ? bad({ seen: 'no interface with the role management has an address', cause: 'nobody could reach it' })
          : 'has one';
      }),
  },
  {
    name: 'cluster-address',
    group: 'network',
    title: 'The interface meant for the cluster has an address',
    about:
      'An interface with the role cluster and without an address is passed over: members would talk over management.',
    reads: [live],
    ignorable: true,
    remedy: `${edit}: give the interface an address, or take the role away`,
    run: ({ servers }) =>
      eachServer(servers, network, (found) => {
        const [meant] = interfacesWith(found, 'cluster');
        if (meant === undefined || addressOfRole(found, 'cluster') !== undefined) return 'has one';
        const seen = `${meant[0]} has the role cluster and no address`;
        return doubtful({ seen, cause: 'the members would use the management network' });
      }),
  },
  {
    name: 'network-settled',
    group: 'network',
    title: 'No network configuration waits for its confirmation',
    about: 'An unconfirmed configuration is taken back after its timeout: the address may go away half-way.',
    reads: ['GET /os/1.0/system/network: state.configuration_in_process'],
    ignorable: true,
    remedy: 'operations-center provisioning server os system network show {server}; confirm it, or wait',
    run: ({ servers }) =>
      eachServer(servers, network, ({ state }) =>
        state.configuration_in_process === true
          ? bad({ seen: 'configuration_in_process is true', cause: 'its network is just being changed' })
          : 'settled',
      ),
  },
  {
    name: 'link-state',
    group: 'network',
    title: 'The links that carry management and cluster are up',
    about: `A link without carrier reaches nobody. ${inferred}`,
    reads: [`${live}.*.state, .roles`],
    ignorable: true,
    remedy: 'operations-center provisioning server os system network show {server}; look at the cable and the switch',
    run: ({ servers }) =>
      eachServer(servers, network, (found) => {
        const carrying = [...interfacesWith(found, 'management'), ...interfacesWith(found, 'cluster')];
        // With several interfaces of a role one is enough.
        const used = [addressOfRole(found, 'management')?.interface, clusterAddress(found)?.interface];
        const down = carrying.find(([name, { state }]) => used.includes(name) && downStates.includes(state));
        if (down !== undefined) {
          return bad({ seen: `${down[0]} is ${down[1].state}`, cause: 'nothing gets through a link that is down' });
        }
        const weak = carrying.find(([name, { state }]) => used.includes(name) && state === 'degraded');
        if (weak === undefined) return 'up';
        return doubtful({ seen: `${weak[0]} is degraded`, cause: 'it has no address that is routed' });
      }),
  },
  {
    name: 'member-addresses-distinct',
    group: 'network',
    title: 'No two members have the same address',
    about: `Two machines with one address answer in turn. ${inferred}`,
    reads: [`${live}.*.addresses`],
    ignorable: true,
    remedy: `${edit}: give one of them another address`,
    run: ({ servers }) => {
      const addresses = servers.flatMap(({ name, live: { network: read } }) => {
        if (!read.ok) return [];
        const found = [addressOfRole(read.value, 'management'), clusterAddress(read.value)];
        return [...new Set(found.map((one) => one?.address ?? ''))].map((value) => ({ name, value }));
      });
      const shared = sharedBy(addresses);
      if (shared.length === 0) return [ok('all differ')];
      return shared.map(({ value, names }) =>
        block(names, { seen: `${value} is the address of ${listNames(names)}`, cause: 'they answer in turn' }),
      );
    },
  },
  {
    name: 'cluster-address-family',
    group: 'network',
    title: 'Members talk over the same family of addresses',
    about: `A member with IPv6 and one with IPv4 only do not reach each other. ${inferred}`,
    reads: [`${live}.*.addresses, .roles`],
    ignorable: true,
    remedy: `${edit}: give all members addresses of one family on the cluster’s interface`,
    run: (facts) =>
      alike(
        facts,
        about(({ family }) => family),
        {
          verdict: 'blocking',
          cause: 'inferred: an IPv4 address and an IPv6 address do not reach each other',
        },
      ),
  },
  {
    name: 'cluster-subnet',
    group: 'network',
    title: 'Members are in one subnet',
    about: `Members in different subnets need a router between them. ${inferred}`,
    reads: [`${configured}.interfaces[].addresses`, `${live}.*.addresses`],
    ignorable: true,
    remedy: `${edit}; nothing to do if a router joins the two`,
    run: ({ servers }) => compareWithMost(servers, ({ subnet }) => subnet, subnetWords),
  },
  {
    name: 'cluster-mtu',
    group: 'network',
    title: 'The cluster’s interfaces have one MTU',
    about: `With different MTUs small messages arrive and large ones vanish: joins hang instead of failing. ${inferred}`,
    reads: [`${live}.*.mtu`],
    ignorable: true,
    remedy: `${edit}: set the same mtu`,
    run: ({ servers }) =>
      compareWithMost(
        servers,
        ({ mtu }) => mtu?.toString(),
        (own, other) => ({
          seen: `MTU ${own}, ${other.value} on ${other.name}`,
          cause: 'inferred: large messages may vanish',
        }),
      ),
  },
  {
    name: 'cluster-vlan',
    group: 'network',
    title: 'The cluster’s interfaces are in one VLAN',
    about: `Interfaces in different VLANs reach each other only through a router. ${inferred}`,
    reads: [`${configured}.vlans[].id`, `${live}.*.roles`],
    ignorable: true,
    remedy: `${edit}: give the VLAN the same id`,
    run: ({ servers }) =>
      compareWithMost(
        servers,
        ({ vlan }) => (vlan === undefined ? 'none' : String(vlan)),
        (own, other) => ({ seen: `VLAN ${own}, ${other.value} on ${other.name}`, cause: 'inferred: they are apart' }),
      ),
  },
  {
    name: 'interfaces-alike',
    group: 'network',
    title: 'Members have the same interfaces',
    about: 'Networks of a cluster name their interfaces once for all members; so do the VLANs that may pass.',
    reads: [`${configured}.interfaces, .bonds, .vlans: name, vlan_tags`],
    ignorable: true,
    remedy: `${edit}: name the interfaces alike`,
    run: (facts) =>
      alike(facts, (server) => mapRead(network(server), namesOf), {
        verdict: 'warning',
        cause: 'a network that names one of these works on some members only',
      }),
  },
];

/** What networkd calls a link that carries nothing. */
const downStates = ['no-carrier', 'off', 'missing', 'dormant', 'failed'];

const noAddress = { ok: false, why: 'it has no address', code: '', call: '', status: null, error: null } as const;

const about =
  (what: (address: NonNullable<ReturnType<typeof clusterAddress>>) => string) =>
  (server: ServerFacts): Read<string> => {
    const read = network(server);
    if (!read.ok) return read;
    const found = clusterAddress(read.value);
    return found === undefined ? noAddress : { ok: true, value: what(found) };
  };

type Found = NonNullable<ReturnType<typeof clusterAddress>>;
type Other = { name: string; value: string };

/** A difference from the first member that shows something is doubtful: it may be meant so. */
function compareWithMost(
  servers: Facts['servers'],
  what: (address: Found) => string | undefined,
  say: (own: string, model: Other) => { seen: string; cause: string },
) {
  const valueOf = (server: ServerFacts): Read<string | undefined> =>
    mapRead(network(server), (found) => {
      const address = clusterAddress(found);
      return address === undefined ? undefined : what(address);
    });
  const told = toldBy(servers, valueOf).flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
  const model = findModel(told, isSame);
  return eachServer(servers, valueOf, (own) =>
    model === undefined || own === undefined || own === model.value ? 'no difference' : doubtful(say(own, model)),
  );
}

const subnetWords = (_own: string, other: Other) => ({
  seen: `its cluster address is not in the subnet of ${other.name}`,
  cause: 'inferred: they need a router between them',
});

const namesOf = (found: Parameters<typeof configOf>[0]): string =>
  devicesOf(configOf(found))
    .map(({ name, vlan_tags }) => (vlan_tags.length === 0 ? name : `${name} (VLANs ${vlan_tags.join(', ')})`))
    .sort()
    .join(', ') || 'none configured';
