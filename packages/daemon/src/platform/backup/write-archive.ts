import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { type BackupFile, formatVersion, type Manifest, manifestName } from './manifest.ts';

/** A file to be backed up: where it stands now, and what it is called in the archive. */
export type Source = { path: string; from: string };

/** Writes the archive to `to`, which must not exist; on the disk when it returns. */
export async function writeArchive(to: string, sources: readonly Source[], made_at: string): Promise<Manifest> {
  const files: BackupFile[] = [];
  for (const { path, from } of sources) files.push({ path, bytes: statSync(from).size, sha256: await hashOf(from) });
  const manifest: Manifest = { format: 'operations-center-backup', version: formatVersion, made_at, files };
  const archive = pack();
  const written = pipeline(archive, createGzip(), createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }));
  await Promise.all([written, addAll(archive, manifest, sources).catch((error: Error) => archive.destroy(error))]);
  return manifest;
}

async function addAll(archive: Pack, manifest: Manifest, sources: readonly Source[]): Promise<void> {
  const mtime = new Date(manifest.made_at);
  archive.entry({ name: manifestName, mode: 0o600, mtime }, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [at, { path, from }] of sources.entries()) {
    // One entry a source, in the same order.
    const size = manifest.files[at]?.bytes ?? 0;
    const entry = archive.entry({ name: path, size, mode: 0o600, mtime });
    await pipeline(createReadStream(from), entry);
  }
  archive.finalize();
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer); // no encoding was set
  return hash.digest('hex');
}
