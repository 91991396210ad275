import type { KeyEpoch } from './domains/audit/chain.rules.ts';
import { renewDaemon } from './domains/daemons/daemons.store.ts';
import type { VaultKeys } from './domains/inventory/secrets/vault.ts';
import { hasRegisteredServer, inside } from './domains/servers/servers.store.ts';
import { loadCheckValue, loadKnownIdentity } from './domains/settings/identity.service.ts';
import type { OpenedDatabases } from './open-databases.ts';
import { type Identity, makeIdentity } from './platform/keys/identity.ts';
import { deriveKey, makeSealer, type Sealer } from './platform/keys/sealing.ts';
import { type FoundKey, findOpenKeyFiles, makeSealingKey } from './platform/keys/sealing-key.ts';
import type { Log } from './platform/log.ts';
import type { StateDirectory } from './platform/state-directory.ts';
import type { Tx } from './schema.ts';

export type OwnKeysParts = {
  state: StateDirectory;
  log: Log;
  /** Sealing keys from elsewhere than the file of the state. */
  givenKeys: readonly FoundKey[];
  daemon: { id: string; leaseMs: number };
};

export type OwnKeys = {
  identity: Identity;
  sealer: Sealer;
  /** For the inventory and its threads: with them nothing else can be opened. */
  inventoryKeys: VaultKeys;
  /** Which sealing key chained which entries of the audit before the present one. */
  epochs: readonly KeyEpoch[];
  /** Why this daemon must not go on: its sealing key is not the one of the database any more. */
  findUnfitness(): Promise<string | undefined>;
};

/** Our keys. They are made for a database that nobody has written yet, and never again. */
export async function findOwnKeys({ main, isFresh, shown }: OpenedDatabases, parts: OwnKeysParts): Promise<OwnKeys> {
  const { state, log, givenKeys, daemon } = parts;
  if (isFresh) {
    await makeIdentity(state);
    if (givenKeys.length === 0 && makeSealingKey(state.sealingKey))
      log.info({ file: state.sealingKey }, 'made the sealing key');
  }
  for (const path of findOpenKeyFiles(givenKeys, state.sealingKey))
    log.warn({ file: path }, 'everybody on this machine may read the sealing key: chmod 600 it, or close its folder');
  const isShared = main.dialect === 'postgres';
  const { identity, sealer, sealingKey, checkValue, retired } = await loadKnownIdentity({
    ...{ database: main, state, givenKeys, shown },
    hasServers: async (tx: Tx) => isShared || hasRegisteredServer(inside(tx)),
    // Who is about to work is seen to live: nobody exchanges the key under it.
    enter: async (tx: Tx) => (isShared ? renewDaemon(tx, daemon.id, daemon.leaseMs) : undefined),
  });
  return {
    identity,
    sealer,
    inventoryKeys: {
      key: deriveKey(sealingKey, 'inventory'),
      older: retired.map(({ key }) => deriveKey(key, 'inventory')),
    },
    epochs: retired.map(({ key, auditUntil }) => ({ until: auditUntil, identify: makeSealer(key).identify })),
    findUnfitness: async () => ((await loadCheckValue(main)) === checkValue ? undefined : exchanged),
  };
}

const exchanged =
  'the sealing key of the database was exchanged while this daemon was not heard of: give it the key of since then';
