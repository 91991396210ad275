import { existsSync, readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { fingerprintOfPem, isPair, makeCertificate } from '@operations-center/tls';
import type { StateDirectory } from '../state-directory.ts';
import { writePrivateFile } from './private-file.ts';

/** A key pair of ours. `certificate` and `key` are PEM. */
export type KeyPair = { certificate: string; key: string; fingerprint: string };

/** `server` is what our HTTPS listener shows, `client` what every server trusts. */
export type Identity = { server: KeyPair; client: KeyPair };

/**
 * Makes what is missing of our key pairs. For a directory without a database only: a lost `client.crt` means that no
 * server trusts us any more, and a new one would hide that (design §9).
 */
export async function makeIdentity(state: StateDirectory): Promise<void> {
  const names = [hostname(), 'localhost'];
  const addresses = ownAddresses();
  await makePair(state.serverCertificate, state.serverKey, () =>
    makeCertificate({ commonName: hostname(), dnsNames: names, addresses, usage: 'server' }),
  );
  await makePair(state.clientCertificate, state.clientKey, () =>
    makeCertificate({ commonName: 'operations-center', dnsNames: ['operations-center'], usage: 'both' }),
  );
}

async function makePair(
  certificatePath: string,
  keyPath: string,
  make: () => Promise<{ certificate: string; key: string }>,
): Promise<void> {
  if (existsSync(certificatePath) && existsSync(keyPath)) return;
  const made = await make();
  writePrivateFile(keyPath, made.key);
  writePrivateFile(certificatePath, made.certificate);
}

/** Reads our key pairs. `remembered` are the fingerprints of the last start: they tell which file to look for. */
export function loadIdentity(state: StateDirectory, remembered?: { client: string; server: string }): Identity {
  return {
    server: loadPair(state.serverCertificate, state.serverKey, remembered?.server),
    client: loadPair(state.clientCertificate, state.clientKey, remembered?.client),
  };
}

function loadPair(certificatePath: string, keyPath: string, remembered: string | undefined): KeyPair {
  const missing = [certificatePath, keyPath].find((path) => !existsSync(path));
  if (missing === undefined) return readPair(certificatePath, keyPath);
  const which = remembered === undefined ? '' : ` (fingerprint of the certificate: ${remembered})`;
  throw new Error(
    `${missing} is missing, but there is a database: servers know us by it${which}. ` +
      'Put the file back from a backup; it is never made anew.',
  );
}

/** Found files are used as they are, but only as a pair: TLS would fail on each connection, without naming a file. */
function readPair(certificatePath: string, keyPath: string): KeyPair {
  const certificate = readFileSync(certificatePath, 'utf8');
  const key = readFileSync(keyPath, 'utf8');
  const fingerprint = namingFile(certificatePath, () => fingerprintOfPem(certificate));
  const fits = namingFile(keyPath, () => isPair(certificate, key));
  if (!fits) throw new Error(`${keyPath} is not the key of ${certificatePath} (fingerprint ${fingerprint})`);
  return { certificate, key, fingerprint };
}

function namingFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${path} cannot be read: ${cause instanceof Error ? cause.message : 'unknown'}`, { cause });
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map((entry) => entry.address.split('%')[0] ?? '')
    .filter((address) => address !== '');
}
