import * as z from 'zod';
import { about, certificate, enabled, hostPort, port, privateKey, secret, word } from '../fields.ts';

const keyring = z.object({
  key: secret('Key', 'The secret key of this user, as "ceph auth get-key" prints it.').optional(),
});

const cephCluster = about(
  z.object({
    fsid: about(
      z.string().regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/),
      'FSID',
      'The UUID of the Ceph cluster, as "ceph fsid" prints it.',
      '5c9d4b6e-0000-4000-8000-000000000001',
      { expected: 'a UUID' },
    ).optional(),
    monitors: about(
      z.array(word('Monitor', 'Address of one monitor.', '10.0.0.1')).optional(),
      'Monitors',
      'Addresses of the monitors.',
      ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
    ),
    keyrings: about(
      z.record(z.string(), about(keyring, 'Keyring', 'What one user of Ceph authenticates with.')).optional(),
      'Keyrings',
      'One keyring for each user of Ceph, by the name of the user.',
    ),
    client_config: about(
      z.record(z.string(), about(z.string(), 'Value', 'Value of this option.')).optional(),
      'Client configuration',
      'Options for the [client] section of the configuration file.',
      { rbd_cache: 'true' },
    ),
  }),
  'Ceph cluster',
  'How this cluster is reached.',
);

export const ceph = about(
  z.object({
    enabled,
    clusters: about(
      z
        .record(
          about(z.string().regex(/^[^/\s]+$/), 'Name', 'Name of the Ceph cluster.', 'ceph', {
            expected: 'a name without blanks and slashes',
          }),
          cephCluster,
        )
        .optional(),
      'Clusters',
      'The Ceph clusters, by name; the usual name is ceph.',
    ),
  }),
  'Ceph',
  'Client of Ceph clusters. There only with the application incus-ceph.',
);

export const iscsi = about(
  z.object({
    enabled,
    targets: about(
      z
        .array(
          z.object({
            target: about(
              z.string().regex(/^(?:iqn|eui|naa)\.\S+$/),
              'Target',
              'The qualified name of the target.',
              'iqn.2024-01.lan.san:vol1',
              { expected: 'a qualified name, such as iqn.2024-01.lan.san:vol1' },
            ),
            address: word('Address', 'Address or name of the portal; IPv6 without brackets.', '10.0.9.5'),
            port: port('Port', 'Port of the portal. Left out: 3260.', 3260).optional(),
          }),
        )
        .optional(),
      'Targets',
      'The targets to log in to.',
    ),
  }),
  'iSCSI',
  'Block storage over iSCSI.',
);

export const linstor = about(
  z.object({
    enabled,
    listen_address: hostPort(
      'Listen address',
      'Where the satellite listens, with its port. It belongs to each server alone: left out, all addresses and port 3366, or 3367 with TLS.',
      '10.0.8.11:3366',
    ).optional(),
    tls_server_certificate: certificate(
      'Server certificate',
      'PEM certificate of the satellite.',
      undefined,
    ).optional(),
    tls_server_key: privateKey('Server key', 'PEM private key of the satellite.').optional(),
    tls_trusted_certificates: about(
      z
        .array(certificate('Trusted certificate', 'PEM certificate of a controller or an authority.', undefined))
        .optional(),
      'Trusted certificates',
      'Whom the satellite trusts. TLS is used only if certificate, key and these are all given.',
    ),
  }),
  'LINSTOR',
  'Satellite of LINSTOR. There only with the application incus-linstor.',
);

export const lvm = about(
  z.object({
    enabled: about(z.boolean(), 'Enabled', 'Whether shared LVM with sanlock runs.', true),
    system_id: about(
      z.int().min(0).max(2000),
      'System ID',
      'The id of one server for sanlock. Operations Center gives each server its own; a value given here is not used.',
      7,
      { expected: 'a whole number from 1 to 2000' },
    ).optional(),
  }),
  'LVM',
  'Volume groups on shared block storage, locked by sanlock.',
);

export const multipath = about(
  z.object({
    enabled,
    wwns: about(
      z
        .array(
          about(
            z.string().regex(/^(?!wwn-)\S+$/),
            'WWN',
            'What stands after "wwn-" in /dev/disk/by-id.',
            '0x60014050000000000000000000000001',
            { expected: 'what stands after "wwn-" in /dev/disk/by-id, such as 0x6001405…' },
          ),
        )
        .optional(),
      'WWNs',
      'World-wide names of the disks. Each must be there when the service is enabled.',
    ),
  }),
  'Multipath',
  'Several paths to one disk.',
);

export const nvme = about(
  z.object({
    enabled,
    targets: about(
      z
        .array(
          z.object({
            transport: about(z.enum(['tcp', 'fc']), 'Transport', 'How the target is reached.', 'tcp'),
            address: word('Address', 'IP address or name; for Fibre Channel nn-0x…:pn-0x….', '192.168.1.100'),
            host_address: word('Host address', 'The local port, for Fibre Channel only.', 'nn-0x1:pn-0x2').optional(),
            port: port('Port', 'Port of the discovery service, usually 8009, or of the subsystem.', 8009).optional(),
            nqn: about(
              z.string().regex(/^nqn\.\S+$/),
              'NQN',
              'One subsystem to connect to. Left out: all that are discovered.',
              'nqn.2014-08.org.example:vol1',
              { expected: 'a qualified name, such as nqn.2014-08.org.example:vol1' },
            ).optional(),
          }),
        )
        .optional(),
      'Targets',
      'The targets to connect to.',
    ),
  }),
  'NVMe over Fabrics',
  'Block storage over NVMe-oF.',
);
