import { execFileSync } from 'node:child_process';

/** Node has no getgrnam; `getent` knows every source of groups. */
export function findGroup(name: string): { gid: number } {
  try {
    const gid = Number(execFileSync('getent', ['group', name], { encoding: 'utf8', timeout: 5_000 }).split(':')[2]);
    if (Number.isInteger(gid)) return { gid };
  } catch {
    // Told below, with the name.
  }
  throw new Error(`there is no group "${name}"`);
}
