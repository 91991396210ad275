import * as z from 'zod';
import { about, certificate, cidr, enabled, flag, ipAddress, port, privateKey, secret, url, word } from '../fields.ts';

export const netbird = about(
  z.object({
    enabled,
    setup_key: secret('Setup key', 'Key that lets the server in; a reusable one for several servers.').optional(),
    management_url: url('Management URL', 'The management server.', 'https://api.netbird.io:443').optional(),
    admin_url: url('Admin URL', 'The administration panel.', 'https://app.netbird.io:443').optional(),
    anonymize: flag('Anonymize', 'Leave addresses and domains out of logs.', false).optional(),
    block_inbound: flag('Block inbound', 'Refuse connections from peers.', false).optional(),
    block_lan_access: flag('Block LAN access', 'Keep peers out of the local network.', false).optional(),
    disable_client_routes: flag('Disable client routes', 'Do not use routes of others.', false).optional(),
    disable_server_routes: flag('Disable server routes', 'Offer no routes to others.', false).optional(),
    disable_dns: flag('Disable DNS', 'Leave name resolution alone.', false).optional(),
    disable_firewall: flag('Disable firewall', 'Leave the firewall alone.', false).optional(),
    dns_resolver_address: word('DNS resolver', 'Where the resolver listens.', '127.0.0.1:5053').optional(),
    external_ip_map: about(
      z.array(word('Mapping', 'External address, or external/internal.', '203.0.113.7/10.0.0.5')).optional(),
      'External addresses',
      'Addresses under which the server is reached from outside.',
    ),
    extra_dns_labels: about(
      z.array(word('Label', 'One more name.', 'vpn')).optional(),
      'Extra DNS labels',
      'More names for the server.',
    ),
  }),
  'NetBird',
  'Member of a NetBird network.',
);

export const ovn = about(
  z.object({
    enabled,
    ic_chassis: flag(
      'Interconnect chassis',
      'Whether the server is a gateway between OVN deployments.',
      false,
    ).optional(),
    database: about(
      z.string().regex(/^(?:ssl|tcp|unix):[^,\s]+(?:,(?:ssl|tcp|unix):[^,\s]+)*$/),
      'Database',
      'The southbound databases of OVN, with commas between. Needed when enabled.',
      'ssl:10.0.0.1:6642,ssl:10.0.0.2:6642,ssl:10.0.0.3:6642',
      { expected: 'southbound databases, such as ssl:10.0.0.1:6642,ssl:10.0.0.2:6642' },
    ).optional(),
    tls_client_certificate: certificate(
      'Client certificate',
      'PEM certificate for the database.',
      undefined,
    ).optional(),
    tls_client_key: privateKey('Client key', 'PEM private key for the database.').optional(),
    tls_ca_certificate: certificate('CA certificate', 'PEM certificate of the authority.', undefined).optional(),
    tunnel_address: ipAddress(
      'Tunnel address',
      'Where tunnels of other servers end. It belongs to each server alone: left out, the address of an interface with the role cluster.',
      '10.0.8.11',
    ).optional(),
    tunnel_protocol: about(
      z.enum(['geneve', 'vxlan']),
      'Tunnel protocol',
      'How packets travel between servers. Left out: geneve.',
      'geneve',
    ).optional(),
  }),
  'OVN',
  'Open vSwitch and the OVN controller.',
);

export const tailscale = about(
  z.object({
    enabled,
    login_server: url(
      'Login server',
      'Control server. Left out: that of Tailscale.',
      'https://headscale.example',
    ).optional(),
    auth_key: secret('Auth key', 'Key that lets the server in; a reusable one for several servers.').optional(),
    accept_routes: flag('Accept routes', 'Use the routes that others advertise.').optional(),
    accept_dns: flag('Accept DNS', 'Use the name servers of the tailnet.').optional(),
    advertised_routes: about(
      z.array(cidr('Route', 'A network, with no bit set behind its prefix.', '10.0.0.0/24')).optional(),
      'Advertised routes',
      'Networks that the server offers to others.',
    ),
    advertise_exit_node: flag('Advertise exit node', 'Offer to be an exit node.', false).optional(),
    exit_node: word('Exit node', 'Name or address of the exit node to use.', 'exit.example').optional(),
    exit_node_allow_lan_access: flag('LAN access', 'Reach the local network beside the exit node.', false).optional(),
    serve_enabled: flag('Serve', 'Publish the API of Incus in the tailnet.', false).optional(),
    serve_port: port('Serve port', 'HTTPS port it is published on. Needed when serving.', 443).optional(),
    serve_service: word('Serve service', 'Name of the Tailscale service.', 'svc:incus').optional(),
  }),
  'Tailscale',
  'Member of a tailnet.',
);

export const usbip = about(
  z.object({
    enabled,
    targets: about(
      z
        .array(
          z.object({
            address: word('Address', 'The host that exports the device.', '10.0.5.9'),
            bus_id: about(
              z.string().regex(/^\d+-\d+(?:\.\d+)*$/),
              'Bus ID',
              'The device, as "usbip list" names it.',
              '1-1.4',
              { expected: 'a bus id, such as 1-1.4' },
            ),
          }),
        )
        .optional(),
      'Targets',
      'Devices of other hosts to attach. A device attaches to one server only.',
    ),
  }),
  'USB/IP',
  'USB devices of other hosts.',
);
