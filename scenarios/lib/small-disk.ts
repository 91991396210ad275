import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of a few MB of its own: what fills it up harms nobody else. */
export type SmallDisk = { fill(): void; clear(): void; unmount(): void };

/** Why there can be none here, or undefined. */
export const smallDiskObstacle = (): string | undefined =>
  process.getuid?.() === 0 ? undefined : 'a small disk is mounted, which needs root';

export function mountSmallDisk(directory: string, megabytes: number): SmallDisk {
  mkdirSync(directory, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', directory]);
  const ballast = join(directory, 'ballast');
  return {
    fill() {
      const file = openSync(ballast, 'w');
      try {
        for (const size of [1_048_576, 4_096, 1]) writeUntilFull(file, Buffer.alloc(size));
      } finally {
        closeSync(file);
      }
    },
    clear: () => rmSync(ballast, { force: true }),
    unmount: () => void execFileSync('umount', ['-l', directory]),
  };
}

function writeUntilFull(file: number, chunk: Buffer): void {
  for (;;) {
    try {
      if (writeSync(file, chunk) < chunk.length) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}
