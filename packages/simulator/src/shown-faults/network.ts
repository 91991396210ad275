import { put, type ShownFault } from './shown-fault.ts';

const path = '/os/1.0/system/network';

type Interface = { roles?: string[]; addresses?: string[] } & Record<string, unknown>;
type Shown = {
  config: Record<string, unknown>;
  state: { interfaces: Record<string, Interface> } & Record<string, unknown>;
};

const network = (about: string, change: (network: Shown, argument: string) => Shown): ShownFault => ({
  about,
  path,
  // What our own IncusOS shows, so its shape is known.
  change: (metadata, argument) => change(metadata as Shown, argument),
});

const eachInterface = (network: Shown, change: (one: Interface) => Interface): Shown => ({
  ...network,
  state: {
    ...network.state,
    interfaces: Object.fromEntries(Object.entries(network.state.interfaces).map(([name, one]) => [name, change(one)])),
  },
});

/** The first interface under another name, in state and configuration. */
function renamed(network: Shown, to: string, about: Record<string, unknown>, kind: string): Shown {
  const [first] = Object.entries(network.state.interfaces);
  if (first === undefined) return network;
  const [name, one] = first;
  const { [name]: _, ...others } = network.state.interfaces;
  return {
    config: { ...network.config, [kind]: [{ name: to, ...about }] },
    state: { ...network.state, interfaces: { ...others, [to]: one } },
  };
}

const without = (one: Interface, role: string): Interface => ({
  ...one,
  roles: (one.roles ?? []).filter((other) => other !== role),
});

/** What IncusOS shows of its network. */
export const NETWORK_FAULTS = {
  'network-unsettled': {
    about: 'a network configuration waits for its confirmation',
    path,
    change: put('state.configuration_in_process', true),
  },
  'no-management-role': network('no interface has the role management', (found) =>
    eachInterface(found, (one) => without(one, 'management')),
  ),
  'cluster-role-unaddressed': network('the interface with the role cluster has no address', (found) => {
    const { state, config } = eachInterface(found, (one) => without(one, 'cluster'));
    const interfaces = {
      ...state.interfaces,
      clus0: { type: 'interface', state: 'carrier', mtu: 1500, roles: ['cluster'] },
    };
    return { config, state: { ...state, interfaces } };
  }),
  'link-down': network('the links have no carrier', (found) =>
    eachInterface(found, (one) => ({ ...one, state: 'no-carrier' })),
  ),
  'link-degraded': network('the links have no address that is routed', (found) =>
    eachInterface(found, (one) => ({ ...one, state: 'degraded' })),
  ),
  'same-address': network('its interfaces have the address ARG', (found, address) =>
    eachInterface(found, (one) => ({ ...one, addresses: [address] })),
  ),
  'static-address': network('its interfaces have the address ARG, configured with its prefix', (found, cidr) => {
    const { config, state } = eachInterface(found, (one) => ({ ...one, addresses: [cidr.split('/')[0] ?? ''] }));
    const devices = Object.keys(state.interfaces).map((name) => ({ name, addresses: [cidr] }));
    return { config: { ...config, interfaces: devices }, state };
  }),
  'other-mtu': network('its interfaces have the MTU ARG', (found, mtu) =>
    eachInterface(found, (one) => ({ ...one, mtu: Number(mtu) })),
  ),
  'on-vlan': network('its interface is on VLAN ARG', (found, id) => {
    const [name = 'eth0'] = Object.keys(found.state.interfaces);
    return renamed(found, name, { id: Number(id), parent: 'nic0' }, 'vlans');
  }),
  'interface-extra': network('there is another interface, ARG, without an address', (found, name) => {
    const configured = Array.isArray(found.config['interfaces']) ? found.config['interfaces'] : [];
    const interfaces = { ...found.state.interfaces, [name]: { type: 'interface', state: 'carrier', mtu: 1500 } };
    return {
      config: { ...found.config, interfaces: [...configured, { name }] },
      state: { ...found.state, interfaces },
    };
  }),
  'vlan-tags': network('its interfaces let only the VLANs ARG through', (found, tags) => {
    const configured: unknown[] = Array.isArray(found.config['interfaces']) ? found.config['interfaces'] : [];
    const vlan_tags = tags.split(',').map(Number);
    const interfaces = configured.map((one) => (typeof one === 'object' && one !== null ? { ...one, vlan_tags } : one));
    return { ...found, config: { ...found.config, interfaces } };
  }),
} as const;
