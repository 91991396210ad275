import { isSealed, makeSealer } from '../../../platform/keys/sealing.ts';
import type { InventoryDatabase } from '../../../schema.ts';
import type { Secret } from './masked-document.ts';

/** The keys of the inventory's secrets: the one that seals, and those that did before it was exchanged. */
export type VaultKeys = { key: Uint8Array; older: readonly Uint8Array[] };

/** Whose secrets they are: they cannot be opened as those of another object. */
export type SecretsOwner = { kind: string; uuid: string };

/** Keeps the secrets of objects, sealed, and compares them without showing them. */
export type Vault = {
  /** The name of its key, kept with each row: after a rotation others are found by it. */
  keyName: string;
  olderKeyNames: readonly string[];
  /** Empty if there are none. */
  seal(owner: SecretsOwner, secrets: readonly Secret[]): string;
  /** Undefined: they were changed, are another's, or the key is gone. */
  open(owner: SecretsOwner, sealed: string): Secret[] | undefined;
  /** Keyed: who reads the database cannot try what the secret may be. */
  digest(text: string): string;
};

/** The inventory's database, and the keys of what is sealed in it. */
export type InventoryWithVault = InventoryDatabase & { readonly vault: Vault };

export const withVault = (database: InventoryDatabase, vault: Vault): InventoryWithVault => ({ ...database, vault });

export function makeVault({ key, older }: VaultKeys): Vault {
  const sealer = makeSealer(
    Buffer.from(key),
    older.map((one) => Buffer.from(one)),
  );
  return {
    keyName: nameOf(key),
    olderKeyNames: older.map(nameOf),
    seal: (owner, secrets) =>
      secrets.length === 0
        ? ''
        : sealer.sealFor(placeOf(owner), JSON.stringify(secrets.map(({ at, raw, path }) => [at, raw, path]))),
    open(owner, sealed) {
      if (sealed === '') return [];
      const text = isSealed(sealed) ? sealer.openFor(placeOf(owner), sealed) : undefined;
      if (text === undefined) return undefined;
      // Nobody else can have sealed it.
      return (JSON.parse(text) as [number, string, string][]).map(([at, raw, path]) => ({ at, raw, path }));
    },
    digest: (text) => sealer.identify('document of the inventory', text),
  };
}

const placeOf = ({ kind, uuid }: SecretsOwner): string => `inventory ${kind} ${uuid}`;

const nameOf = (key: Uint8Array): string => makeSealer(Buffer.from(key)).identify('name of the key', '').slice(0, 16);
