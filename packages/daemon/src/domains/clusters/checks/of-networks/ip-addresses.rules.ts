import { isIPv6 } from 'node:net';
import { type ConfiguredDevice, NetworkConfig, type SystemNetwork } from '@operations-center/fleet-protocol';

/** The interface that carries a role, with its address and what its configuration says of it. */
export type RoleAddress = {
  interface: string;
  address: string;
  family: 'IPv4' | 'IPv6';
  /** `10.0.8.0/24` if the address is configured with a prefix; undefined if it comes from elsewhere. */
  subnet: string | undefined;
  mtu: number | undefined;
  /** Operational state of the link: routable, carrier, no-carrier … */
  state: string;
  vlan: number | undefined;
};

/** Which address of a role the plan would choose; by the same order as the plan: IPv6 first, interfaces by name. */
export function addressOfRole(network: SystemNetwork, role: string): RoleAddress | undefined {
  const config = configOf(network);
  const usable = interfacesWith(network, role).flatMap(([name, state]) =>
    state.addresses
      .map((text) => text.split('/')[0] ?? '')
      .filter((address) => address !== '' && !isLinkLocal(address))
      .map((address): RoleAddress => {
        const device = devicesOf(config).find((one) => one.name === name);
        return {
          interface: name,
          address,
          family: isIPv6(address) ? 'IPv6' : 'IPv4',
          subnet: device === undefined ? undefined : subnetIn(device, address),
          mtu: state.mtu,
          state: state.state,
          vlan: config.vlans.find((vlan) => vlan.name === name)?.id,
        };
      }),
  );
  return usable.find(({ family }) => family === 'IPv6') ?? usable[0];
}

/** What the other members use: the role cluster, else management. */
export const clusterAddress = (network: SystemNetwork): RoleAddress | undefined =>
  addressOfRole(network, 'cluster') ?? addressOfRole(network, 'management');

export const interfacesWith = ({ state }: SystemNetwork, role: string) =>
  Object.entries(state.interfaces)
    .filter(([, one]) => one.roles.includes(role))
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** A configuration that is not of the known shape is as none. */
export function configOf({ config }: SystemNetwork): NetworkConfig {
  const read = NetworkConfig.safeParse(config ?? {});
  return read.success ? read.data : { interfaces: [], bonds: [], vlans: [] };
}

export const devicesOf = ({ interfaces, bonds, vlans }: NetworkConfig): ConfiguredDevice[] => [
  ...interfaces,
  ...bonds,
  ...vlans,
];

const isLinkLocal = (address: string): boolean => /^fe[89ab]/i.test(address) || address.startsWith('169.254.');

function subnetIn({ addresses }: ConfiguredDevice, address: string): string | undefined {
  const cidr = addresses.find((text) => text.split('/')[0] === address && text.includes('/'));
  return cidr === undefined ? undefined : subnetOf(cidr);
}

/** `10.0.8.11/24` → `10.0.8.0/24`; undefined if it is no such text. */
export function subnetOf(cidr: string): string | undefined {
  const [address = '', length = ''] = cidr.split('/');
  const bits = bitsOf(address);
  const prefix = Number(length);
  if (bits === undefined || !/^\d+$/.test(length) || prefix > bits.length) return undefined;
  return `${isIPv6(address) ? 6 : 4}:${bits.slice(0, prefix)}/${prefix}`;
}

/** Do two subnets, as `subnetOf` writes them, have an address in common? */
export function overlap(one: string, other: string): boolean {
  const [a = '', b = ''] = [one, other].map((text) => text.split('/')[0] ?? '');
  return a.startsWith(b) || b.startsWith(a);
}

/** The address in ones and zeros. */
function bitsOf(address: string): string | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) {
    const bytes = address.split('.').map(Number);
    return bytes.every((byte) => byte < 256)
      ? bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
      : undefined;
  }
  if (!isIPv6(address) || address.includes('.')) return undefined;
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const gap = tail === undefined ? 0 : 8 - front.length - back.length;
  const all = [...front, ...Array.from({ length: gap }, () => '0'), ...back];
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
