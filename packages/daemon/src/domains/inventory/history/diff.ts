import type { InventoryChange, InventoryKind } from '@operations-center/contract';

/** Times in microseconds. */
export type DiffWindow = { from: number; to: number; cluster?: string | undefined; kind?: InventoryKind | undefined };
/** `ended`: among what was there and is not as it was any more; `began`: among what was not there. */
export type DiffPlace = { part: 'ended' | 'began'; at: number; id: number };
export type DiffAsk = DiffWindow & { after?: DiffPlace | undefined; limit: number };
export type DiffPage = { changes: InventoryChange[]; next?: DiffPlace };
