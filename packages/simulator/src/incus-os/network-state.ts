import { isIPv6 } from 'node:net';
import { type Json, textOf } from './go-json.ts';
import type { IncusOs } from './incus-os.ts';
import { type DeviceKind, devicesOf, textsOf } from './network-rules.ts';

export type InterfaceState = {
  type: string;
  state: string;
  addresses?: string[];
  hwaddr?: string;
  mtu: number;
  speed?: string;
  roles?: string[];
  stats: { rx_bytes: number; rx_errors: number; tx_bytes: number; tx_errors: number };
};

/** What networkd would report: leases for DHCP, roles filled in where the configuration names none. */
export function interfacesOf(os: IncusOs): Record<string, InterfaceState> {
  const config = os.state.network.config;
  const states: Record<string, InterfaceState> = {};
  for (const kind of ['interface', 'bond', 'vlan', 'wireguard'] as const) {
    for (const device of devicesOf(config, kind)) states[String(device['name'])] = stateOf(os, kind, device);
  }
  giveRole(states, 'management', (one) => one.state === 'routable');
  giveRole(states, 'cluster', (one) => one.roles?.includes('management') === true);
  return states;
}

/** The first address of the role; IPv6 wins over IPv4. */
export function addressOfRole(os: IncusOs, role: string): string | undefined {
  const addresses = Object.values(interfacesOf(os)).flatMap((one) =>
    one.roles?.includes(role) ? (one.addresses ?? []) : [],
  );
  return addresses.find((address) => isIPv6(address)) ?? addresses[0];
}

function stateOf(os: IncusOs, kind: DeviceKind, device: Json): InterfaceState {
  const hwaddr = textOf(device['hwaddr']) || os.identity.mac(0);
  const addresses = textsOf(device, 'addresses').flatMap((address) => {
    if (address === 'dhcp4') return os.lease(hwaddr) ?? [];
    return address.includes('/') ? (address.split('/')[0] ?? []) : [];
  });
  const roles = textsOf(device, 'roles');
  return {
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(kind === 'wireguard' ? {} : { hwaddr }),
    mtu: Number(device['mtu'] ?? 0) || 1500,
    ...(roles.length === 0 ? {} : { roles }),
    ...(kind === 'interface' || kind === 'bond' ? { speed: '10000' } : {}),
    state: addresses.length === 0 ? 'carrier' : 'routable',
    stats: { rx_bytes: 0, rx_errors: 0, tx_bytes: 0, tx_errors: 0 },
    type: kind,
  };
}

function giveRole(states: Record<string, InterfaceState>, role: string, to: (one: InterfaceState) => boolean): void {
  const all = Object.values(states);
  if (all.some((one) => one.roles?.includes(role))) return;
  for (const one of all.filter(to)) one.roles = [...(one.roles ?? []), role];
}
