import { fingerprintOfPem } from '@operations-center/tls';
import type { Keys } from '../../platform/bundle.ts';
import { type Identity, loadIdentity } from '../../platform/identity.ts';
import { loadSealingKey, makeSealer, parseSealingKey, type Sealer } from '../../platform/sealing.ts';
import type { StateDirectory } from '../../platform/state-directory.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import { findIdentityChange, type IdentityChange } from './identity.rules.ts';
import type { KnownIdentity } from './known-identity.ts';
import { loadIdentityRow, saveIdentityRow } from './settings.store.ts';

export type IdentityParts = {
  database: MainDatabase;
  state: StateDirectory;
  /** Where the database is, for messages. */
  shown: string;
  /** Whether any server trusts or pins us, or another daemon may run with these keys. */
  hasServers(tx: Tx): Promise<boolean>;
};

/**
 * Our key files, once it is certain that the database was written with them (design §9): with another certificate every
 * server would look unreachable, with another key nothing could be opened. Throws, naming file and fingerprint.
 */
export async function loadKnownIdentity(parts: IdentityParts): Promise<{ identity: Identity; sealer: Sealer }> {
  const { database, state } = parts;
  const identity = loadIdentity(state, await loadIdentityRow(database.read));
  const sealer = makeSealer(loadSealingKey(state.sealingKey));
  const found = identityOf(identity, sealer);
  await database.write('compare identity', async (tx) => {
    const known = await loadIdentityRow(tx);
    const change = known && findIdentityChange(known, found, await parts.hasServers(tx));
    if (change !== undefined) throw new Error(refusalOf(change, parts));
    await saveIdentityRow(tx, found);
  });
  return { identity, sealer };
}

/** Refuses the keys of a bundle that are not those of the daemons on this database, before they are kept anywhere. */
export async function requireSameKeys(database: MainDatabase, keys: Keys, shown: string): Promise<void> {
  const known = await loadIdentityRow(database.read);
  if (known === undefined) throw new Error(`${shown} is empty: start a first daemon on it, and make the bundle there`);
  const sealer = makeSealer(parseSealingKey(keys.sealingKey, 'the bundle'));
  const found: KnownIdentity = {
    client: fingerprintOfPem(keys.clientCertificate),
    server: fingerprintOfPem(keys.serverCertificate),
    sealing: sealer.digest(sealingText),
  };
  const change = findIdentityChange(known, found, true);
  if (change === undefined) return;
  const facts =
    change.part === 'sealing'
      ? 'its sealing.key is not the one with which the secrets there were sealed'
      : `its ${change.part}.crt has fingerprint ${change.found}, but the daemons there use ${change.expected}`;
  throw new Error(`this bundle is not of the daemons on ${shown}: ${facts}`);
}

const sealingText = 'operations-center sealing key';

/** The key's check value is a keyed digest of a fixed text: it tells keys apart and nothing about them. */
const identityOf = (identity: Identity, sealer: Sealer): KnownIdentity => ({
  client: identity.client.fingerprint,
  server: identity.server.fingerprint,
  sealing: sealer.digest(sealingText),
});

function refusalOf({ part, expected, found }: IdentityChange, { state, shown }: IdentityParts): string {
  const putBack = 'Put the file and its key back from a backup.';
  switch (part) {
    case 'client':
      return `${state.clientCertificate} has fingerprint ${found}, but the registered servers trust ${expected}. ${putBack}`;
    case 'server':
      return `${state.serverCertificate} has fingerprint ${found}, but the registered servers pin ${expected}. ${putBack}`;
    case 'sealing':
      return `${state.sealingKey} is not the key with which the secrets in ${shown} were sealed. Put the file back from a backup.`;
  }
}
