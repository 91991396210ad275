import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { CliFailure } from '../failures/failure.ts';

export type ClientCertificate = { certificate: string; key: string };

/** Who we are towards daemons elsewhere: `client.crt` and `client.key`, made once and never replaced. */
export async function loadClientCertificate(folder: string): Promise<ClientCertificate> {
  const certificatePath = join(folder, 'client.crt');
  const keyPath = join(folder, 'client.key');
  const present = [existsSync(certificatePath), existsSync(keyPath)];
  if (present[0] !== present[1]) {
    throw new CliFailure({
      what: `of client.crt and client.key in ${folder} only one is there`,
      why: 'A new pair would be trusted nowhere, so none was made.',
      fix: 'Bring the other one back, or move this one away to have a new pair made.',
      code: 'client_certificate_incomplete',
    });
  }
  if (!present[0]) await makePair(folder, certificatePath, keyPath);
  return { certificate: readFileSync(certificatePath, 'utf8'), key: readFileSync(keyPath, 'utf8') };
}

async function makePair(folder: string, certificatePath: string, keyPath: string): Promise<void> {
  const { makeCertificate } = await import('@operations-center/tls');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = await makeCertificate({ commonName: `${userName()}@${hostname()}`, usage: 'client' });
  // `wx`: if another call made one at the same moment, that one stays.
  const file = openSync(keyPath, 'wx', 0o600);
  writeFileSync(file, made.key);
  closeSync(file);
  writeFileSync(certificatePath, made.certificate, { mode: 0o600 });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'user'; // a uid without an entry in the user database
  }
}
