import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * The name of this daemon among those of one database: the same after a restart, never the same for two state
 * directories. It is not part of a backup or a bundle.
 */
export function loadDaemonId(path: string): string {
  if (!existsSync(path)) writeFileSync(path, `${hostname()}-${randomBytes(4).toString('hex')}\n`, { mode: 0o600 });
  const id = readFileSync(path, 'utf8').trim();
  if (!/^[\w.-]{1,300}$/.test(id)) throw new Error(`${path} does not hold the name of a daemon: remove it`);
  return id;
}
