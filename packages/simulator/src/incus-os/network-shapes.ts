import { any, bool, int, list, map, type Shape, string, struct } from './go-json.ts';

const ROUTES = list(struct('Route', { to: string, via: string }));
const FIREWALL = list(struct('FirewallRule', { action: string, 'source?': string, 'protocol?': string, 'port?': int }));

/** The keys that every kind of device has. */
const COMMON = {
  name: string,
  'addresses?': list(string),
  'routes?': ROUTES,
  'mtu?': int,
  'roles?': list(string),
  'required_for_online?': string,
  'firewall_rules?': FIREWALL,
} satisfies Record<string, Shape>;

/** The network configuration as IncusOS keeps it. */
export const NETWORK = struct('SystemNetworkConfig', {
  'confirmation_timeout?': string,
  'dns?': struct('DNS', {
    domain: string,
    hostname: string,
    'nameservers?': list(string),
    'search_domains?': list(string),
    'dns_over_tls?': bool,
  }),
  'time?': struct('Time', { 'ntp_servers?': list(string), 'timezone?': string }),
  'proxy?': struct('Proxy', { 'servers?': map(any), 'rules?': list(any) }),
  'interfaces?': list(
    struct('Interface', {
      ...COMMON,
      hwaddr: string,
      'strict_hwaddr?': bool,
      'lldp?': bool,
      'vlan_tags?': list(int),
      'ethernet?': any,
    }),
  ),
  'bonds?': list(
    struct('Bond', {
      ...COMMON,
      mode: string,
      'members?': list(string),
      'hwaddr?': string,
      'lldp?': bool,
      'vlan_tags?': list(int),
      'ethernet?': any,
    }),
  ),
  'vlans?': list(struct('VLAN', { ...COMMON, id: int, parent: string })),
  'wireguard?': list(struct('Wireguard', { ...COMMON, 'private_key?': string, 'port?': int, 'peers?': list(any) })),
});
