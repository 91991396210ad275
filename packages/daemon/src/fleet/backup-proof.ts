import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fingerprintOfPem } from '@operations-center/tls';
import { extract } from 'tar-stream';
import { fileReason } from '../platform/file-failure.ts';

/** Incus refuses `/os` bodies above 1 MiB, so a larger backup cannot be sent back (engineering E6). */
export const backupLimitBytes = 1_000_000;

/** What unpacks to more than this is no backup of an empty server; its databases are checked on the main thread. */
const unpackedLimitBytes = 32 * 1024 * 1024;

/** `unchecked`: nothing is known of the backup; what hinders is on our side. */
export type BackupProof =
  | { ok: true; files: number }
  | { ok: false; reason: string }
  | { ok: false; unchecked: true; reason: string };

/**
 * Is this backup one that can be relied on: read to its end, of this very server, its databases whole? It was made
 * while Incus ran, so it may be torn; then another one is asked for. `folder` holds its databases while they are checked.
 */
export async function proveBackup(archive: Buffer, fingerprint: string, folder: string): Promise<BackupProof> {
  const databases: Buffer[] = [];
  let certificate: string | undefined;
  let files = 0;
  try {
    for await (const entry of readEntries(archive)) {
      files += 1;
      if (/(^|\/)server\.crt$/.test(entry.name)) certificate = entry.bytes.toString('utf8');
      if (entry.bytes.subarray(0, 15).toString('latin1') === 'SQLite format 3') databases.push(entry.bytes);
    }
  } catch (error) {
    return {
      ok: false,
      reason: `it cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  if (certificate === undefined) return { ok: false, reason: 'there is no server.crt in it' };
  if (fingerprintOfPem(certificate) !== fingerprint)
    return { ok: false, reason: 'its server.crt is of another server' };
  try {
    for (const bytes of databases)
      if (!(await isWhole(bytes, folder))) return { ok: false, reason: 'a database in it is torn' };
  } catch (error) {
    return { ok: false, unchecked: true, reason: fileReason(error, { ENOENT: `there is no folder ${folder}` }) };
  }
  return { ok: true, files };
}

async function* readEntries(archive: Buffer): AsyncGenerator<{ name: string; bytes: Buffer }> {
  let unpacked = 0;
  const entries = Readable.from([archive])
    .pipe(createGunzip())
    .on('error', (error) => entries.destroy(error))
    .pipe(extract());
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (unpacked > unpackedLimitBytes) throw new Error(`it unpacks to more than ${unpackedLimitBytes} bytes`);
      chunks.push(chunk);
    }
    yield { name: entry.header.name, bytes: Buffer.concat(chunks) };
  }
}

/** SQLite itself says whether a database is whole; it reads files only. */
async function isWhole(bytes: Buffer, folder: string): Promise<boolean> {
  const own = await mkdtemp(join(folder, 'backup-proof-'));
  try {
    const path = join(own, 'database');
    await writeFile(path, bytes, { mode: 0o600 });
    return checkIntegrity(path);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function checkIntegrity(path: string): boolean {
  try {
    const database = new DatabaseSync(path);
    try {
      const row = database.prepare('pragma integrity_check').get();
      return row !== undefined && Object.values(row)[0] === 'ok';
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}
