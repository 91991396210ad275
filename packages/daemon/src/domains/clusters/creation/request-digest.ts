import type { ClusterPost } from '@operations-center/contract';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import { canonicalJson } from '../description/canonical-json.ts';

/**
 * The name of a request, keyed: who asks again with the same words is recognised by it. How strictly it was read makes
 * no other request of it.
 */
export function digestOfRequest(sealer: Sealer, given: object): string {
  const { strict: _, allow_unknown: _unknown, ...words } = given as Partial<ClusterPost>; // of whatever release
  return sealer.digest(canonicalJson(words));
}
