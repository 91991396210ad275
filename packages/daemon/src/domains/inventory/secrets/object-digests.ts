import type { InventoryKind } from '@operations-center/contract';
import { digestOf, openDigest } from '../document-digest.ts';
import { lastingDigest } from '../history/lasting.ts';
import { holdsSecret } from './masked-document.ts';
import type { Vault } from './vault.ts';

export type ObjectDigests = { digest: string; lasting: string };

/** What tells whether an object changed: with its secrets, so that a change of one is seen; keyed if it has any. */
export function digestsOf(
  vault: Vault,
  kind: InventoryKind,
  text: string,
  object: Record<string, unknown>,
): ObjectDigests {
  const make = holdsSecret(object) ? vault.digest : openDigest;
  const digest = digestOf(text, object, make);
  return { digest, lasting: lastingDigest(kind, digest, object, make) };
}
