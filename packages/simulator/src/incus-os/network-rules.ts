import { Refusal } from './envelope.ts';
import { isObject, type Json, textOf } from './go-json.ts';

const ROLES = new Set(['management', 'cluster', 'instances', 'storage']);
const BOND_MODES = new Set([
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
]);
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;
/** IncusOS matches CIDRs only loosely; 999.1.1.1/99 passes here and fails later. */
const LOOSE_CIDR = /^[0-9a-f.:]+\/\d+$/i;

const KINDS = { interface: 'interfaces', bond: 'bonds', vlan: 'vlans', wireguard: 'wireguard' } as const;
export type DeviceKind = keyof typeof KINDS;

export const devicesOf = (config: Json, kind: DeviceKind): Json[] => {
  const items = config[KINDS[kind]];
  return Array.isArray(items) ? items.filter(isObject) : [];
};
export const textsOf = (device: Json, key: string): string[] =>
  Array.isArray(device[key]) ? device[key].map(String) : [];

/** Throws the 500 IncusOS answers for the first thing that is wrong; nothing was changed then. */
export function checkNetwork(config: Json): void {
  for (const kind of ['interface', 'bond', 'vlan', 'wireguard'] as const) {
    for (const [index, device] of devicesOf(config, kind).entries()) {
      const problem = commonProblem(device) ?? ownProblem(kind, device, config);
      if (problem !== undefined) throw new Refusal(500, `${kind} ${index} ${problem}`);
    }
  }
  checkDuplicates(config);
}

function commonProblem(device: Json): string | undefined {
  const name = textOf(device['name']);
  if (name === '') return 'has no name';
  if (name.startsWith('_')) return 'name cannot begin with an underscore';
  if (name.length > 13) return `name '${name}' cannot be longer than 13 characters`;
  const mtu = Number(device['mtu'] ?? 0);
  if (mtu < 0 || mtu > 9000) return 'MTU out of range';
  const roles = textsOf(device, 'roles');
  for (const [index, role] of roles.entries()) {
    if (!ROLES.has(role)) return `role "${role}" is unsupported`;
    if (roles.indexOf(role) !== index) return `role "${role}" is listed multiple times`;
  }
  return addressProblem(device) ?? onlineProblem(device);
}

function addressProblem(device: Json): string | undefined {
  for (const [index, address] of textsOf(device, 'addresses').entries()) {
    if (address === '') return `address ${index} has empty address`;
    if (['dhcp4', 'dhcp6', 'slaac'].includes(address) || LOOSE_CIDR.test(address)) continue;
    return `address ${index} invalid IP address '${address}', must provide a CIDR mask`;
  }
  return undefined;
}

function onlineProblem(device: Json): string | undefined {
  const value = textOf(device['required_for_online']);
  return ['', 'ipv4', 'ipv6', 'both', 'any', 'no'].includes(value)
    ? undefined
    : `invalid RequiredForOnline value '${value}'`;
}

function ownProblem(kind: DeviceKind, device: Json, config: Json): string | undefined {
  if (kind === 'interface') {
    const hwaddr = textOf(device['hwaddr']);
    if (hwaddr === '') return 'has no MAC address';
    // A kernel name is allowed as well; something with colons that is no MAC is neither.
    return hwaddr.includes(':') && !MAC.test(hwaddr) ? `invalid MAC address '${hwaddr}'` : undefined;
  }
  if (kind === 'bond') {
    const mode = textOf(device['mode']);
    if (!BOND_MODES.has(mode)) return `invalid Mode value '${mode}'`;
    return textsOf(device, 'members').length === 0 ? 'has no members' : undefined;
  }
  if (kind === 'vlan') return vlanProblem(device, config);
  const port = Number(device['port'] ?? 0);
  return port < 0 || port > 65_535 ? `port '${port}' out of range` : undefined;
}

function vlanProblem(device: Json, config: Json): string | undefined {
  const parent = textOf(device['parent']);
  if (parent === '') return 'has no parent';
  const parents = [...devicesOf(config, 'interface'), ...devicesOf(config, 'bond')];
  if (!parents.some((other) => other['name'] === parent)) return `unable to find parent '${parent}'`;
  const id = Number(device['id'] ?? 0);
  return id < 0 || id > 4094 ? `ID ${id} out of range` : undefined;
}

function checkDuplicates(config: Json): void {
  const names = new Set<string>();
  for (const kind of ['interface', 'bond', 'vlan', 'wireguard'] as const) {
    for (const device of devicesOf(config, kind)) {
      const name = String(device['name']);
      if (names.has(name)) throw new Refusal(500, `duplicate interface/bond/vlan/wireguard name: ${name}`);
      names.add(name);
    }
  }
  const macs = new Set<string>();
  for (const device of devicesOf(config, 'interface')) {
    const mac = String(device['hwaddr']).toLowerCase();
    if (macs.has(mac)) throw new Refusal(500, `duplicate MAC address: ${mac}`);
    macs.add(mac);
  }
}
