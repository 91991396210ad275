import { resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';

/** The one FILE of a subcommand. */
export function oneFile(command: string, positionals: readonly string[]): string {
  const [file, ...more] = positionals;
  if (file === undefined || file === '' || more.length > 0) {
    throw new UsageError(`${command} takes one FILE`);
  }
  return resolve(file);
}
