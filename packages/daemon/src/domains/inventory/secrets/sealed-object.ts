import { putBack, type Secret, takeSecrets } from './masked-document.ts';
import type { SecretsOwner, Vault } from './vault.ts';

/** How the secrets of a row are kept beside its object. */
export type SealedColumns = {
  /** The object, a mask in the place of each secret. */
  object: string;
  /** Sealed; empty if it has none. */
  secrets: string;
  /** The name of the key they are sealed with; empty if there are none. */
  sealed_with: string;
};

/** Who asks is shown the secrets; else masks stand in their places. */
export type Shown = { withSecrets?: boolean | undefined };

export function sealObject(vault: Vault, owner: SecretsOwner, object: string): SealedColumns {
  const { masked, secrets } = takeSecrets(object);
  return { object: masked, ...sealSecrets(vault, owner, secrets) };
}

export function sealSecrets(
  vault: Vault,
  owner: SecretsOwner,
  secrets: readonly Secret[],
): Omit<SealedColumns, 'object'> {
  const sealed = vault.seal(owner, secrets);
  return { secrets: sealed, sealed_with: sealed === '' ? '' : vault.keyName };
}

/** An object as it is kept, and whose its secrets are. */
export type MaskedObject = Pick<SealedColumns, 'object' | 'secrets'> & { uuid: string };

/** As Incus sent it; with its masks if the secrets cannot be opened. */
export const openObject = (vault: Vault, { kind, uuid, object, secrets }: MaskedObject & { kind: string }): string =>
  putBack(object, vault.open({ kind, uuid }, secrets) ?? []);

/** JSON has no such character, neither in texts nor between them. */
const edge = '\u0001';

/** SQL: in front of an item whose secrets are to be put back: the secrets, between two edges. */
export const secretsInFront = `case when secrets = '' then '' else concat('${edge}', secrets, '${edge}') end`;

/** Puts secrets back into items as text that the database joined; an item without any stays where it is, unread. */
export function openItems(vault: Vault, kind: string, items: string): string {
  const [before = '', ...parts] = items.split(edge);
  let whole = before;
  // Sealed, and the item with all that follows up to the next one with secrets.
  for (let at = 0; at < parts.length; at += 2) whole += openFirst(vault, kind, parts[at] ?? '', parts[at + 1] ?? '');
  return whole;
}

/** The same for bytes, which are no text unless there is a secret among them. */
export const openItemBytes = (vault: Vault, kind: string, bytes: Uint8Array): Uint8Array =>
  bytes.includes(edge.charCodeAt(0)) ? Buffer.from(openItems(vault, kind, Buffer.from(bytes).toString())) : bytes;

const uuidBegins = '{"uuid":"'.length;
const uuidLength = 36;
/** Quotes within texts have a backslash before them: the first one is the field's. */
const objectField = '"object":';

function openFirst(vault: Vault, kind: string, sealed: string, items: string): string {
  const uuid = items.slice(uuidBegins, uuidBegins + uuidLength);
  const begins = items.indexOf(objectField) + objectField.length;
  return putBack(items, vault.open({ kind, uuid }, sealed) ?? [], begins);
}
