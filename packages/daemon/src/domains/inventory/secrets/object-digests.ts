import type { InventoryKind } from '@operations-center/contract';
import { isMeasured } from '../history/lasting.ts';
import { digestOfParts, openDigest, partsOf } from '../rows/document-digest.ts';
import { holdsSecret } from './masked-document.ts';
import type { Vault } from './vault.ts';

/** `hasSecrets`: then they are keyed. */
export type ObjectDigests = { digest: string; lasting: string; hasSecrets: boolean };

/** What tells whether an object changed: with its secrets, so that a change of one is seen; keyed if it has any. */
export function digestsOf(
  vault: Vault,
  kind: InventoryKind,
  text: string,
  object: Record<string, unknown>,
): ObjectDigests {
  const hasSecrets = holdsSecret(object);
  const make = hasSecrets ? vault.digest : openDigest;
  const parts = partsOf(object);
  const digest = digestOfParts(text, parts, make);
  const lasting = parts.filter(([field]) => !isMeasured(kind, field));
  return { digest, lasting: lasting.length === parts.length ? digest : digestOfParts('', lasting, make), hasSecrets };
}
