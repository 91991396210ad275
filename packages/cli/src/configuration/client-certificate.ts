import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { CliFailure } from '../failures/failure.ts';
import { makeFolder } from '../make-folder.ts';
import { readTextFile } from '../read-file.ts';
import { elsewhere } from './remotes.ts';

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
  const pair = { certificate: readTextFile(certificatePath), key: readTextFile(keyPath) };
  requirePair(pair, folder);
  return pair;
}

/** What OpenSSL says of a damaged file names neither the file nor what to do. */
function requirePair({ certificate, key }: ClientCertificate, folder: string): void {
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw new CliFailure(
      {
        what: `client.crt and client.key in ${folder} are no certificate and its key`,
        why: 'This is who you are towards daemons elsewhere; a new pair would be trusted nowhere, so none was made.',
        fix: 'Bring the pair back from a backup, or move both away to have a new one made.',
        code: 'client_certificate_invalid',
      },
      error,
    );
  }
}

async function makePair(folder: string, certificatePath: string, keyPath: string): Promise<void> {
  const { makeCertificate } = await import('@operations-center/tls');
  makeFolder(folder, elsewhere);
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
