import { type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import { UsageFailure } from '../../failures/failure.ts';

/** As the API writes it; a command's word, network-acl, is taken, too. */
export function readKind(typed: string): InventoryKind {
  const kind = typed.replaceAll('-', '_');
  const found = inventoryKindNames.find((name) => name === kind);
  if (found !== undefined) return found;
  throw new UsageFailure(`there is no kind "${typed}"`, `Kinds: ${inventoryKindNames.join(', ')}.`);
}
