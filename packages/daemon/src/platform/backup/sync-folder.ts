import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Puts the names in a folder onto the disk, as fsync does for the content of a file. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
