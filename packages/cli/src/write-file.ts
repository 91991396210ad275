import { randomUUID } from 'node:crypto';
import { lstatSync, renameSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { CliFailure } from './failures/failure.ts';
import { fileReason } from './failures/file-reason.ts';

/** Writes a file that only its owner can read. One that is there stays as it is, unless `force`; then it is replaced whole. */
export function writeFile(path: string, bytes: Uint8Array, force: boolean): void {
  if (force) requireReplaceable(path);
  else requireFree(path);
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    // Under its own name only when it is whole; and never through a link that somebody put there.
    if (force) writeWhole(part, path, bytes);
    else writeFileSync(path, bytes, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function writeWhole(part: string, path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(part, bytes, { mode: 0o600, flag: 'wx' });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

export function requireFree(path: string): void {
  if (!isThere(path)) return;
  throw new CliFailure({
    what: `${path} is there already`,
    why: 'Nothing was written.',
    fix: 'Choose another name, or replace it with --force.',
    code: 'file_exists',
  });
}

/** With --force a file is replaced, and a link to one; never a device, a pipe or a folder. */
function requireReplaceable(path: string): void {
  const there = lookAt(path, statSync) ?? lookAt(path, lstatSync);
  if (there === undefined || there.isFile() || there.isSymbolicLink()) return;
  throw cannotWrite(path, new Error(there.isDirectory() ? 'It is a folder.' : 'What is there is no file.'));
}

const isThere = (path: string): boolean => lookAt(path, lstatSync) !== undefined;

function lookAt(path: string, by: typeof statSync): Stats | undefined {
  try {
    return by(path, { throwIfNoEntry: false });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

export function cannotWrite(path: string, error: unknown): CliFailure {
  return new CliFailure(
    {
      what: `${path} cannot be written`,
      why: fileReason(error, { ENOENT: 'The folder that it is to be in is not there.' }),
      fix: 'Name a place where this user may write.',
      code: 'file_unwritable',
    },
    error,
  );
}
