import { bool, int, type Json, list, string, struct } from './go-json.ts';
import { addressOfRole } from './network-state.ts';
import { enabled, type Service, ServiceFailure, texts } from './service.ts';

export const netbird: Service = {
  shape: struct('ServiceNetbirdConfig', {
    enabled: bool,
    setup_key: string,
    management_url: string,
    admin_url: string,
    anonymize: bool,
    block_inbound: bool,
    block_lan_access: bool,
    disable_client_routes: bool,
    disable_server_routes: bool,
    disable_dns: bool,
    disable_firewall: bool,
    dns_resolver_address: string,
    external_ip_map: list(string),
    extra_dns_labels: list(string),
  }),
  state: () => ({}),
  apply: (_os, _before, wanted, store) => {
    store();
    if (!enabled(wanted)) return;
    const [key, url] = [String(wanted['setup_key']), String(wanted['management_url'])];
    if (url !== '' && !URL.canParse(url)) {
      throw new ServiceFailure(
        `Failed to run: netbird up: exit status 1 (Error: failed to parse Management URL: parse "${url}")`,
      );
    }
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key)) {
      throw new ServiceFailure(
        'Failed to run: netbird up: exit status 1 (Error: login failed: invalid setup-key or no sso information provided)',
      );
    }
  },
};

export const ovn: Service = {
  shape: struct('ServiceOVNConfig', {
    enabled: bool,
    'ic_chassis?': bool,
    database: string,
    'tls_client_certificate?': string,
    'tls_client_key?': string,
    'tls_ca_certificate?': string,
    tunnel_address: string,
    tunnel_protocol: string,
  }),
  state: () => ({}),
  apply: (os, _before, wanted, store) => {
    if (enabled(wanted) && wanted['database'] === '') throw new ServiceFailure('missing OVN database address');
    store();
    if (!enabled(wanted) || wanted['tunnel_address'] !== '') return;
    if (addressOfRole(os, 'cluster') === undefined) throw new ServiceFailure('no OVN tunnel address available');
  },
  reset: (config) => {
    if (!enabled(config)) throw new ServiceFailure("OVN isn't currently enabled");
  },
};

const SELF = {
  id: '',
  public_key: '',
  host_name: '',
  dns_name: '',
  os: '',
  tailscale_ips: null,
  rx_bytes: 0,
  tx_bytes: 0,
  used_as_exit_node: false,
  exit_node_offered: false,
  online: false,
  expired: false,
};

export const tailscale: Service = {
  shape: struct('ServiceTailscaleConfig', {
    enabled: bool,
    login_server: string,
    auth_key: string,
    accept_routes: bool,
    accept_dns: bool,
    advertised_routes: list(string),
    advertise_exit_node: bool,
    exit_node: string,
    exit_node_allow_lan_access: bool,
    serve_enabled: bool,
    serve_port: int,
    serve_service: string,
  }),
  state: (os, config) => {
    if (!enabled(config)) return { version: '', backend_state: '', self: SELF, have_node_key: false };
    const self = { ...SELF, id: os.identity.serial, host_name: os.identity.name, os: 'linux', online: true };
    return { version: '1.86.2', backend_state: 'Running', self, have_node_key: true };
  },
  // The only transactional service: stored after everything succeeded.
  apply: (_os, before, wanted, store) => {
    if (enabled(wanted)) checkTailscale(before, wanted);
    store();
  },
};

function checkTailscale(before: Json, wanted: Json): void {
  const login = ['enabled', 'login_server', 'auth_key'].some((key) => before[key] !== wanted[key]);
  if (login && !String(wanted['auth_key']).startsWith('tskey-')) {
    throw new ServiceFailure(
      'Failed to run: tailscale up --reset: exit status 1 (backend error: invalid key: unable to validate API key)',
    );
  }
  const route = texts(wanted, 'advertised_routes').find((cidr) => !isNetworkAddress(cidr));
  if (route !== undefined) {
    throw new ServiceFailure(`Failed to run: tailscale set: exit status 1 (${route} has non-address bits set)`);
  }
  if (wanted['serve_enabled'] === true && wanted['serve_port'] === 0) {
    throw new ServiceFailure('Failed to run: tailscale serve: exit status 1 (invalid port 0)');
  }
}

/** IPv4 only: true if no bit is set behind the prefix. IPv6 routes pass. */
function isNetworkAddress(cidr: string): boolean {
  const [address = '', length = ''] = cidr.split('/');
  const octets = address.split('.').map(Number);
  if (octets.length !== 4) return address.includes(':');
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return value % 2 ** (32 - Number(length)) === 0;
}
