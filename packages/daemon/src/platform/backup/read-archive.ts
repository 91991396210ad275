import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { fileReason } from '../file-failure.ts';
import { type BackupFile, type Manifest, manifestLimitBytes, manifestName, parseManifest } from './manifest.ts';

/** Is told what will come, then takes one file after the other. Without it the archive is only checked. */
export type ArchiveSink = {
  begin(manifest: Manifest): void;
  /** Takes all of `content`. Its path was checked. */
  take(file: BackupFile, content: AsyncIterable<Buffer>): Promise<void>;
};

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer One> ? One : never;

/** What tar puts around a file: its header, one more for a long name, and the rest of its last block. */
const tarOverheadBytes = 4 * 512 + 512;

/**
 * Reads a backup to its end: the manifest first, then exactly the files it names, each a regular file of the announced
 * size and hash. Never holds more in memory than the manifest and a piece. Throws with the reason.
 */
export async function readArchive(path: string, sink?: ArchiveSink): Promise<Manifest> {
  const room = { left: manifestLimitBytes + 2 * tarOverheadBytes };
  const entries = extract();
  // An error of either stream ends the other; it comes out of the loop below.
  pipeline(createReadStream(path), createGunzip(), bounded(room), entries, () => undefined);
  let manifest: Manifest | undefined;
  const missing = new Map<string, BackupFile>();
  for await (const entry of readable(entries)) {
    if (entry.header.type !== 'file') throw new Error(`${shown(entry)} is a ${entry.header.type}, not a file`);
    if (manifest === undefined) {
      manifest = parseManifest(await readManifestText(entry));
      for (const file of manifest.files) missing.set(file.path, file);
      room.left += manifest.files.reduce((sum, { bytes }) => sum + bytes + tarOverheadBytes, 0);
      sink?.begin(manifest);
      continue;
    }
    const file = missing.get(entry.header.name);
    if (file === undefined) throw new Error(`${shown(entry)} is not announced in its manifest, or comes twice`);
    missing.delete(file.path);
    await takeChecked(entry, file, sink);
  }
  if (manifest === undefined) throw new Error('it is empty');
  const [lost] = missing.keys();
  if (lost !== undefined) throw new Error(`${lost} is announced and missing`);
  return manifest;
}

/** What a stream says of a file that is no archive, in words. */
async function* readable<One>(entries: AsyncIterable<One>): AsyncGenerator<One> {
  try {
    yield* entries;
  } catch (cause) {
    throw new Error(fileReason(cause, reasons), { cause });
  }
}

const noArchive = 'it is no backup of Operations Center, or it is damaged or cut short';
const reasons = { Z_DATA_ERROR: noArchive, Z_BUF_ERROR: noArchive };

async function takeChecked(entry: Entry, file: BackupFile, sink: ArchiveSink | undefined): Promise<void> {
  if (entry.header.size !== file.bytes) throw new Error(`${file.path} has not the announced ${file.bytes} bytes`);
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  }
  if (sink === undefined) for await (const _ of hashed());
  else await sink.take(file, hashed());
  if (hash.digest('hex') !== file.sha256) throw new Error(`${file.path} is not what was backed up: its hash differs`);
}

async function readManifestText(entry: Entry): Promise<string> {
  if (entry.header.name !== manifestName)
    throw new Error('this is no backup of Operations Center: no manifest is first');
  const chunks: Buffer[] = [];
  for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Cuts off what unpacks to more than was announced, wherever tar would have kept it. */
const bounded = (room: { left: number }): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      room.left -= chunk.length;
      if (room.left < 0) done(new Error('it unpacks to more than its manifest announces'));
      else done(null, chunk);
    },
  });

const shown = (entry: Entry): string => JSON.stringify(entry.header.name.slice(0, 200));
