import type { HostInterface, MemberOptions, ServerCertificate } from './incus/member.ts';
import type { IncusOs } from './incus-os/incus-os.ts';
import { addressOfRole, interfacesOf } from './incus-os/network-state.ts';
import { enabledServices } from './incus-os/services.ts';

/** What of a machine Incus asks about, read when it asks. */
export type IncusHost = {
  readonly name: string;
  readonly address: string | undefined;
  readonly certificate: ServerCertificate;
  readonly os: IncusOs;
};

/**
 * What Incus sees of the machine it runs on. Addresses and interfaces are read when Incus asks, because a reset or a new
 * network configuration changes them.
 */
export function incusOptions(server: IncusHost, leased: string): MemberOptions {
  return {
    name: server.name,
    addresses: {
      get management() {
        return server.address ?? leased;
      },
      get cluster() {
        return addressOfRole(server.os, 'cluster') ?? leased;
      },
    },
    get interfaces() {
      return hostInterfaces(server.os);
    },
    certificate: server.certificate,
    onIncusOs: true,
    services: () => enabledServices(server.os),
  };
}

function hostInterfaces(os: IncusOs): HostInterface[] {
  return Object.entries(interfacesOf(os)).map(([name, { roles = [], addresses = [], hwaddr = '', mtu }]) => ({
    name,
    roles,
    addresses,
    hwaddr,
    mtu,
  }));
}
