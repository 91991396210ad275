import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { fingerprintOfPem, makeCertificate } from '@operations-center/tls';
import type { StateDirectory } from './state-directory.ts';

/** A key pair of ours. `certificate` and `key` are PEM. */
export type KeyPair = { certificate: string; key: string; fingerprint: string };

/** `server` is what our HTTPS listener shows, `client` what every server trusts. */
export type Identity = { server: KeyPair; client: KeyPair };

/**
 * Reads our key pairs. They are made only where there is no database yet: a lost `client.crt` means that no server
 * trusts us any more, and a new one would hide that (design §9).
 */
export async function loadIdentity(state: StateDirectory): Promise<Identity> {
  const isFresh = !existsSync(state.database);
  const names = [hostname(), 'localhost'];
  const addresses = ownAddresses();
  return {
    server: await loadPair(state.serverCertificate, state.serverKey, isFresh, () =>
      makeCertificate({ commonName: hostname(), dnsNames: names, addresses, usage: 'server' }),
    ),
    client: await loadPair(state.clientCertificate, state.clientKey, isFresh, () =>
      makeCertificate({ commonName: 'operations-center', dnsNames: ['operations-center'], usage: 'both' }),
    ),
  };
}

async function loadPair(
  certificatePath: string,
  keyPath: string,
  mayMake: boolean,
  make: () => Promise<{ certificate: string; key: string }>,
): Promise<KeyPair> {
  if (!existsSync(certificatePath) || !existsSync(keyPath)) {
    if (!mayMake) {
      throw new Error(
        `${existsSync(certificatePath) ? keyPath : certificatePath} is missing, but there is a database: servers know us by it. ` +
          'Put the file back from a backup; it is never made anew.',
      );
    }
    const made = await make();
    writeFileSync(keyPath, made.key, { mode: 0o600 });
    writeFileSync(certificatePath, made.certificate, { mode: 0o600 });
  }
  const certificate = readFileSync(certificatePath, 'utf8');
  return { certificate, key: readFileSync(keyPath, 'utf8'), fingerprint: fingerprintOfPem(certificate) };
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map((entry) => entry.address.split('%')[0] ?? '')
    .filter((address) => address !== '');
}
