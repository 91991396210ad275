import type { KnownIdentity } from './known-identity.ts';

/** A key file that is not the one the database was written with. */
export type IdentityChange = { part: keyof KnownIdentity; expected: string; found: string };

/**
 * What must not have changed since the last start. Servers trust `client` and pin `server`; while none is known both
 * may be exchanged. What was sealed can be opened with one key only, whoever is known.
 */
export function findIdentityChange(
  known: KnownIdentity,
  found: KnownIdentity,
  hasServers: boolean,
): IdentityChange | undefined {
  const parts = hasServers ? (['sealing', 'client', 'server'] as const) : (['sealing'] as const);
  const part = parts.find((name) => known[name] !== found[name]);
  return part === undefined ? undefined : { part, expected: known[part], found: found[part] };
}
