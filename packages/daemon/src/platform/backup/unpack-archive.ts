import { createWriteStream, mkdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Manifest } from './manifest.ts';
import { readArchive } from './read-archive.ts';

/** Left free when everything is unpacked. */
const spareBytes = 64 * 1024 * 1024;

/** Unpacks a backup into an empty folder, each file checked, private, and on the disk when this returns. */
export function unpackArchive(file: string, into: string): Promise<Manifest> {
  return readArchive(file, {
    begin({ files }) {
      const needed = files.reduce((sum, { bytes }) => sum + bytes, spareBytes);
      const { bavail, bsize } = statfsSync(into);
      if (needed > bavail * bsize) throw new Error(`it needs ${needed} bytes, and ${into} has ${bavail * bsize} free`);
    },
    async take({ path }, content) {
      const to = join(into, path);
      mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
      await pipeline(Readable.from(content), createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }));
    },
  });
}
