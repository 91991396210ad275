import { MEMBER_NETWORK_TYPES } from '@operations-center/fleet-protocol';
import type { ConfigMap } from './database.ts';
import type { Machine } from './machine.ts';
import { IncusError } from './reply.ts';

const TYPES = [...MEMBER_NETWORK_TYPES, 'ovn'];
const NEEDS_PARENT = ['macvlan', 'sriov', 'physical'];

export const isNetworkType = (type: string): boolean => TYPES.includes(type);

/** Types with settings of their own on each member; `ovn` is one thing for the whole cluster. */
export const isPerMember = (type: string): boolean => MEMBER_NETWORK_TYPES.includes(type);

/** Checks a whole network's settings before it is made. Throws IncusError in Incus' words. */
export function checkNetwork(machine: Machine, name: string, type: string, config: ConfigMap): void {
  for (const [key, value] of Object.entries(config)) {
    const problem = /^ipv[46]\.address$/.test(key) ? addressProblem(value) : undefined;
    if (problem !== undefined)
      throw new IncusError(500, `Invalid value for network "${name}" option "${key}": ${problem}`);
  }
  if (NEEDS_PARENT.includes(type) && (config.parent ?? '') === '') {
    throw new IncusError(500, `Invalid value for network "${name}" option "parent": Required value`);
  }
  if (type === 'ovn' && machine.options.services?.().includes('ovn') !== true && machine.options.onIncusOs !== false) {
    throw new IncusError(500, `Failed loading network: IncusOS service "ovn" isn't currently enabled`);
  }
  if (type === 'bridge' && machine.options.interfaces.some((one) => one.name === name)) {
    throw new IncusError(500, `Network interface "${name}" already exists`);
  }
}

function addressProblem(value: string): string | undefined {
  if (['', 'none', 'auto'].includes(value) || /^[0-9a-f.:]+\/\d+$/i.test(value)) return undefined;
  return `invalid CIDR address: ${value}`;
}

/** A bridge without addresses gets a subnet of each family, the same on every member. */
export function withSubnets(machine: Machine, type: string, config: ConfigMap): ConfigMap {
  if (type !== 'bridge' && type !== 'ovn') return config;
  const free = (key: string): boolean => ['', 'auto'].includes(config[key] ?? '');
  const next = { ...config };
  if (free('ipv4.address')) {
    next['ipv4.address'] = `10.${byte(machine)}.${byte(machine)}.1/24`;
    next['ipv4.nat'] = config['ipv4.nat'] ?? 'true';
  }
  if (free('ipv6.address')) {
    next['ipv6.address'] = `fd42:${word(machine)}:${word(machine)}:${word(machine)}::1/64`;
    next['ipv6.nat'] = config['ipv6.nat'] ?? 'true';
  }
  return next;
}

const byte = (machine: Machine): string => String(1 + Math.floor(machine.world.random() * 253));
const word = (machine: Machine): string => Math.floor(4096 + machine.world.random() * 61439).toString(16);

/** What a joiner gets for a network that the cluster has. */
export const fillNetwork = (_network: { name: string }, given: ConfigMap): ConfigMap =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
