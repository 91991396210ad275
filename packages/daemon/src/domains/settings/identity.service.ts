import { existsSync, readFileSync } from 'node:fs';
import { fingerprintOfPem } from '@operations-center/tls';
import type { Keys } from '../../platform/bundle.ts';
import { type Identity, loadIdentity } from '../../platform/keys/identity.ts';
import { makeSealer, type Sealer } from '../../platform/keys/sealing.ts';
import {
  dropNextKey,
  type FoundKey,
  loadSealingKey,
  nextKeyPath,
  parseSealingKey,
  takeNextKey,
} from '../../platform/keys/sealing-key.ts';
import type { StateDirectory } from '../../platform/state-directory.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import { findIdentityChange, type IdentityChange } from './identity.rules.ts';
import type { KnownIdentity, RetiredKey } from './known-identity.ts';
import { listRetiredKeys, openRetiredKey, type RetiredKeyRow } from './sealing-keys.store.ts';
import { loadIdentityRow, saveIdentityRow } from './settings.store.ts';

export type IdentityParts = {
  database: MainDatabase;
  state: StateDirectory;
  /** Sealing keys from elsewhere than the file of the state. */
  givenKeys: readonly FoundKey[];
  /** Where the database is, for messages. */
  shown: string;
  /** Whether any server trusts or pins us, or another daemon may run with these keys. */
  hasServers(tx: Tx): Promise<boolean>;
  /** Said in the same write: from here on this daemon works with these keys. */
  enter?(tx: Tx): Promise<unknown>;
};

export type KnownKeys = {
  identity: Identity;
  sealer: Sealer;
  sealingKey: Buffer;
  checkValue: string;
  retired: readonly RetiredKey[];
};

/**
 * Our key files, once it is certain that the database was written with them (design §9): with another certificate every
 * server would look unreachable, with another key nothing could be opened. Throws, naming file and fingerprint.
 */
export async function loadKnownIdentity(parts: IdentityParts): Promise<KnownKeys> {
  const { database, state } = parts;
  const remembered = await loadIdentityRow(database.read);
  const identity = loadIdentity(state, remembered);
  if (remembered !== undefined) settleNextKey(state.sealingKey, remembered.sealing);
  const found = loadSealingKey(parts.givenKeys, state.sealingKey);
  const shown = { client: identity.client.fingerprint, server: identity.server.fingerprint };
  const ours: KnownIdentity = { ...shown, sealing: checkValueOf(found.key) };
  await database.write('compare identity', async (tx) => {
    const known = await loadIdentityRow(tx);
    const change = known && findIdentityChange(known, ours, await parts.hasServers(tx));
    if (change?.part === 'sealing') throw keyRefusal(found, change, parts.shown, await listRetiredKeys(tx));
    if (change !== undefined) throw new Error(certificateRefusal(change, state));
    await saveIdentityRow(tx, ours);
    await parts.enter?.(tx);
  });
  const retired = await loadRetiredKeys(database, makeSealer(found.key));
  const older = retired.map(({ key }) => key);
  return { identity, sealer: makeSealer(found.key, older), sealingKey: found.key, checkValue: ours.sealing, retired };
}

/**
 * Before a newer program changes the schema: with another key it could not go on, and the older one not go back. Asks for
 * nothing but what every schema has.
 */
export async function requireKeyOf(
  tx: Tx,
  { state, givenKeys, shown }: Pick<IdentityParts, 'state' | 'givenKeys' | 'shown'>,
): Promise<void> {
  const known = await loadIdentityRow(tx);
  if (known === undefined) return;
  settleNextKey(state.sealingKey, known.sealing);
  const found = loadSealingKey(givenKeys, state.sealingKey);
  const change = { part: 'sealing' as const, expected: known.sealing, found: checkValueOf(found.key) };
  if (change.found !== change.expected) throw keyRefusal(found, change, shown, []);
}

/** Of the key with which the database is sealed now. */
export const loadCheckValue = async ({ read }: MainDatabase): Promise<string | undefined> =>
  (await loadIdentityRow(read))?.sealing;

async function loadRetiredKeys({ read }: MainDatabase, sealer: Sealer): Promise<RetiredKey[]> {
  return (await listRetiredKeys(read)).map((row) => ({
    key: openRetiredKey(sealer, row),
    checkValue: row.check_value,
    retiredAt: row.retired_at,
    auditUntil: row.audit_until,
  }));
}

/** A rotation that was cut off has happened if the database knows the next key; else it has not. */
export function settleNextKey(file: string, expected: string): void {
  const next = nextKeyPath(file);
  if (!existsSync(next)) return;
  const text = readFileSync(next, 'utf8');
  // Cut off while it was written: nothing was sealed with it.
  const isWhole = /^[0-9a-f]{64}\n$/.test(text);
  if (isWhole && checkValueOf(parseSealingKey(text, next)) === expected) takeNextKey(file);
  else dropNextKey(file);
}

/** Refuses the keys of a bundle that are not those of the daemons on this database, before they are kept anywhere. */
export async function requireSameKeys(database: MainDatabase, keys: Keys, shown: string): Promise<void> {
  const known = await loadIdentityRow(database.read);
  if (known === undefined) throw new Error(`${shown} is empty: start a first daemon on it, and make the bundle there`);
  const found: KnownIdentity = {
    client: fingerprintOfPem(keys.clientCertificate),
    server: fingerprintOfPem(keys.serverCertificate),
    sealing: checkValueOf(parseSealingKey(keys.sealingKey, 'the bundle')),
  };
  const change = findIdentityChange(known, found, true);
  if (change === undefined) return;
  const facts =
    change.part === 'sealing'
      ? 'its sealing.key is not the one with which the secrets there were sealed'
      : `its ${change.part}.crt has fingerprint ${change.found}, but the daemons there use ${change.expected}`;
  throw new Error(`this bundle is not of the daemons on ${shown}: ${facts}`);
}

/** A keyed digest of a fixed text: it tells keys apart, and nothing about them. */
export const checkValueOf = (key: Buffer): string => makeSealer(key).digest('operations-center sealing key');

/** As people compare it. */
export const shortCheckValue = (value: string): string => value.slice(0, 12);

function keyRefusal(
  { source }: FoundKey,
  change: IdentityChange,
  shown: string,
  retired: readonly RetiredKeyRow[],
): Error {
  const exchanged = retired.find(({ check_value }) => check_value === change.found);
  const why =
    exchanged === undefined
      ? 'Put the right one back from a backup.'
      : `It was exchanged at ${new Date(exchanged.retired_at).toISOString()}: give the key of since then.`;
  return new Error(
    `${source} is not the key with which the secrets in ${shown} were sealed: its check value is ` +
      `${shortCheckValue(change.found)}, ${shortCheckValue(change.expected)} is needed. ${why} Nothing was changed.`,
  );
}

function certificateRefusal({ part, expected, found }: IdentityChange, state: StateDirectory): string {
  const [path, verb] =
    part === 'client' ? [state.clientCertificate, 'trust'] : ([state.serverCertificate, 'pin'] as const);
  return (
    `${path} has fingerprint ${found}, but the registered servers ${verb} ${expected}. ` +
    'Put the file and its key back from a backup.'
  );
}
