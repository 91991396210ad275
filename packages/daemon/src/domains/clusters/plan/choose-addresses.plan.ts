import type { InterfaceState, SystemNetwork } from '@operations-center/fleet-protocol';

/** Where a server is reached: by us (management), by the other members (cluster), and over what its mesh runs. */
export type PlannedAddresses = { management: string; cluster: string; mesh_interface: string };

const port = 8443;

/**
 * Chooses by role, as OC does: the cluster role else management for members, IPv6 before IPv4. Undefined: there is no
 * interface with the management role and an address.
 */
export function planAddresses(network: SystemNetwork): PlannedAddresses | undefined {
  const { interfaces } = network.state;
  const management = findAddress(interfaces, 'management');
  if (management === undefined) return undefined;
  const cluster = findAddress(interfaces, 'cluster') ?? management;
  return {
    management: hostAndPort(management.address),
    cluster: hostAndPort(cluster.address),
    mesh_interface: cluster.name,
  };
}

type Found = { name: string; address: string };

/** Interfaces in the order of their names, so that the same server gets the same answer each time. */
function findAddress(interfaces: Readonly<Record<string, InterfaceState>>, role: string): Found | undefined {
  const usable = Object.entries(interfaces)
    .filter(([, state]) => state.roles.includes(role))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, state]) => state.addresses.map((text) => ({ name, address: text.split('/')[0] ?? '' })))
    .filter(({ address }) => address !== '' && !isLinkLocal(address));
  return usable.find(({ address }) => address.includes(':')) ?? usable[0];
}

/** Such an address means something on its own link only. */
const isLinkLocal = (address: string): boolean => /^fe[89ab]/i.test(address) || address.startsWith('169.254.');

const hostAndPort = (address: string): string => `${address.includes(':') ? `[${address}]` : address}:${port}`;
