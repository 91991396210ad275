import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../backup/sync-folder.ts';

/**
 * Writes a file that only we may read: whole or not at all, and on the disk when this returns. What the database is sealed
 * with must not be lost to a power failure that the database itself survives.
 */
export function writePrivateFile(path: string, text: string): void {
  const place = placeOf(path);
  const part = `${place}.new`;
  // One of a try that was cut off; its mode may be another.
  rmSync(part, { force: true });
  const opened = openSync(part, 'wx', 0o600);
  try {
    writeFileSync(opened, text);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
  moveFile(part, place);
}

/** Gives a file another name, or the place of another file; on the disk when this returns. */
export function moveFile(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/** Where a file really is: one that is reached by a link is replaced there, and the link stays. */
export const placeOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

/** Undefined: it is not there. */
export const readIfThere = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined;
