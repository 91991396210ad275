import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOfPem, makeCertificate } from '@operations-center/tls';

/** Who stands in the application files, one certificate for each way of standing there. */
export type Guests = Record<'me' | 'chained' | 'issuer' | 'trusted' | 'limited' | 'twice' | 'ours', Guest>;
export type Guest = { pem: string; fingerprint: string };

export async function makeGuests(daemonDirectory: string): Promise<Guests> {
  const make = async (commonName: string): Promise<Guest> => {
    const { certificate, fingerprint } = await makeCertificate({ commonName, usage: 'client' });
    return { pem: certificate.trim(), fingerprint };
  };
  const ours = readFileSync(join(daemonDirectory, 'client.crt'), 'utf8').trim();
  return {
    me: await make('me'),
    chained: await make('chained'),
    issuer: await make('issuer'),
    trusted: await make('trusted'),
    limited: await make('limited'),
    twice: await make('twice'),
    ours: { pem: ours, fingerprint: fingerprintOfPem(ours) },
  };
}

export const nvme = {
  enabled: true,
  targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }],
};
/** What else a server may have been told before. */
export const otherNvme = {
  enabled: true,
  targets: [
    { transport: 'tcp', address: '192.168.1.7', port: 8009 },
    { transport: 'tcp', address: '192.168.1.8', port: 4420 },
  ],
};

/** The services file of the user's page. */
export const pageServices = `---
lvm:
  enabled: true
  # System ID is automatically determined by Operations Center during clustering.
  # system_id: 0

nvme:
  enabled: true
  targets:
    - transport: tcp
      address: 192.168.1.100
      port: 8009
`;

/** Its JSON twin with everything said in the other way: nvme first, wrapped, and the id that means nothing. */
export const wrappedServices = JSON.stringify(
  { nvme: { config: nvme }, lvm: { config: { enabled: true, system_id: 0 } } },
  null,
  2,
);

/** The application file of the user's page with more certificates, and a project for one of them. */
export const applicationYaml = (guests: Guests, extra: string): string =>
  [
    '---',
    'config:',
    '  user.ui.title: "My wonderful cluster"',
    '',
    'projects:',
    '  - name: team',
    '',
    'certificates:',
    certificateYaml('my-client-cert', guests.me.pem),
    certificateYaml('chained', `${guests.chained.pem}\n${guests.issuer.pem}`),
    certificateYaml('trusted-before', guests.trusted.pem),
    certificateYaml('ours', guests.ours.pem),
    certificateYaml('limited', guests.limited.pem, '    restricted: true\n    projects: [team]\n'),
    certificateYaml('once', guests.twice.pem),
    certificateYaml('and-again', guests.twice.pem),
    extra,
  ].join('\n');

function certificateYaml(name: string, pem: string, rest = ''): string {
  const lines = pem.split('\n').map((line) => `      ${line}`);
  return `  - type: client\n    name: ${name}\n${rest}    certificate: |\n${lines.join('\n')}`;
}

/** The user's page as JSON. */
export const applicationJson = (guests: Guests, extra: object): string =>
  JSON.stringify(
    {
      config: { 'user.ui.title': 'My wonderful cluster' },
      certificates: [
        {
          type: 'client',
          name: 'my-client-cert',
          description: 'Client certificate for accessing the cluster',
          certificate: guests.me.pem,
        },
      ],
      ...extra,
    },
    null,
    2,
  );

export const withCrlf = (text: string): string => text.replaceAll('\n', '\r\n');
export const withBom = (text: string): string => `\uFEFF${text}`;
