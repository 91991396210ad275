import { factsOf, type InventoryKind } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { requireExtension } from '../../require-extension.ts';

/** OC has no route for some kinds, and leaves them out of what it is asked for without a word. */
export async function requireKind(api: Api, kind: InventoryKind): Promise<void> {
  const { extension, plural } = factsOf(kind);
  if (extension !== undefined) await requireExtension(api, extension, `the ${plural} of clusters`);
}
