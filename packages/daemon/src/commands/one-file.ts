import { resolve } from 'node:path';

/** The one FILE of a subcommand. */
export function oneFile(command: string, positionals: readonly string[]): string {
  const [file, ...more] = positionals;
  if (file === undefined || file === '' || more.length > 0) {
    throw new Error(`${command} takes one FILE: operations-centerd ${command} /backups/operations-center.tar.gz`);
  }
  return resolve(file);
}
