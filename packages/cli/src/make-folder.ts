import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CliFailure } from './failures/failure.ts';
import { fileReason } from './failures/file-reason.ts';

/** Makes a folder that only its owner can use, and those above it. One that is there stays as it is. */
export function makeFolder(path: string, fix: string): void {
  try {
    makeEach(resolve(path));
  } catch (error) {
    throw new CliFailure(
      {
        what: `the folder ${path} cannot be made`,
        why: fileReason(error, { ENOENT: 'It cannot be made there.', EEXIST: 'There is a file of that name.' }),
        fix,
        code: 'folder_unusable',
      },
      error,
    );
  }
}

/** One by one: where the kernel makes the folders (/proc), Node's own `recursive` tries for ever. */
function makeEach(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path) makeEach(parent);
  mkdirSync(path, { mode: 0o700 });
}
