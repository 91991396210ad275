import { closeSync, openSync, readSync } from 'node:fs';
import { CliFailure } from './failures/failure.ts';
import { fileReason } from './failures/file-reason.ts';

const mib = 1024 * 1024;
/** No document that the daemon takes is larger. */
const largestDocument = 4 * mib;
const piece = 256 * 1024;

/** A document that a person named, whole. It may be a pipe. */
export const readTextFile = (path: string): string => readFile(path, largestDocument).toString('utf8');

/** Reads no further than it may: a device never ends, and a wrong file can be larger than the memory. */
export function readFile(path: string, limit: number): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      while (length <= limit) {
        const next = Buffer.allocUnsafe(piece);
        const count = readSync(file, next, 0, piece, null);
        if (count === 0) return Buffer.concat(pieces);
        pieces.push(next.subarray(0, count));
        length += count;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw cannotRead(path, fileReason(error), error);
  }
  throw cannotRead(path, `It holds more than ${limit / mib} MiB.`);
}

const cannotRead = (path: string, why: string, cause?: unknown): CliFailure =>
  new CliFailure(
    { what: `${path} cannot be read`, why, fix: 'Name a file that this user can read.', code: 'file_unreadable' },
    cause,
  );
