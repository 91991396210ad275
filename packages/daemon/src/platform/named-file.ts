import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { fileReason } from './file-failure.ts';

/** `what` a person calls it, `fix` what to do if it cannot be used; `shown`: its path, and who named it. */
type Named = { what: string; fix: string; shown?: string };

/** No key, bundle or configuration comes near this: what is larger is another file than the one that is meant. */
const largestBytes = 1024 * 1024;

/** The text of a small file that a person named. It may be a pipe: `--passphrase-file <(pass show oc)`. */
export function readNamedFile(path: string, { what, fix, shown = path }: Named): string {
  const refuse = (why: string, cause?: unknown): Error =>
    new Error(`${what} ${shown} cannot be read: ${why}. ${fix}`, { cause });
  let bytes: Buffer;
  try {
    bytes = readAtMost(path, largestBytes + 1);
  } catch (cause) {
    throw refuse(fileReason(cause), cause);
  }
  if (bytes.length > largestBytes) throw refuse(`it holds more than ${largestBytes / 1024} KiB`);
  if (bytes.length === 0) throw refuse('it is empty');
  return bytes.toString('utf8');
}

/** Bounded whatever it is: a device never ends, and of a pipe nobody can tell the size. */
function readAtMost(path: string, limit: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(limit);
    let length = 0;
    while (length < limit) {
      const more = readSync(file, bytes, length, limit - length, null);
      if (more === 0) break;
      length += more;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

const noFolder = { ENOENT: 'there is no folder for it' };

/** Writes a new file that only its owner can read, at a place that a person named. */
export function writeNamedFile(path: string, text: string, { what, fix }: Named): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    throw new Error(`${what} ${path} cannot be written: ${fileReason(cause, noFolder)}. ${fix}`, { cause });
  }
}
