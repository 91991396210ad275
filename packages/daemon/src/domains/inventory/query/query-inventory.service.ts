import { factsOf, type InventoryKind, inventoryKindNames, isOfOc } from '@operations-center/contract';
import { canFail, type Filter } from '@operations-center/filter';
import { filterFailed } from '../../../platform/list-filter.ts';
import type { Shown } from '../secrets/sealed-object.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import type { FoundResources, ResourceConditions } from './find-resources.store.ts';
import type { ReadResources } from './read-resources.store.ts';

export type InventoryQuery = {
  /** Undefined: all but those that OC leaves out. */
  kinds: readonly string[] | undefined;
  only: ResourceConditions;
  wanted: Filter | undefined;
} & Shown;

type Work = Pick<InventoryWork, 'findResources' | 'readResources'>;
type Found = FoundResources & { cluster: string };

/** Items of one piece of the answer. */
const itemsAtOnce = 200;

/** Some kinds OC leaves out of this answer, or lacks; who names them gets them. */
const kindsOf = (given: InventoryQuery['kinds']): InventoryKind[] =>
  inventoryKindNames.filter((kind) => (given === undefined ? !factsOf(kind).onlyIfNamed : given.includes(kind)));

/**
 * What fits, cluster by cluster: first the ids of a cluster's rows are found, then their documents are read and sent, so
 * that no more than one piece is in memory. A filter that may fail is tried on everything first: an answer that has begun
 * cannot be taken back.
 */
export async function queryAnswer(
  work: Work,
  { kinds, only, wanted, withSecrets }: InventoryQuery,
  of: { clusters: readonly string[]; now_ms: number; as_of?: number | undefined },
): Promise<AsyncIterable<Uint8Array>> {
  const expression = wanted?.text;
  async function* findAll(): AsyncGenerator<Found> {
    for (const cluster of of.clusters) {
      const ask = { cluster, kinds: kindsOf(kinds), only, expression, now_ms: of.now_ms, as_of: of.as_of };
      const found = await work.findResources(ask);
      if (found.failure !== undefined) throw filterFailed(expression ?? '', found.failure);
      if (found.found.length > 0) yield { ...found, cluster };
    }
  }
  if (wanted !== undefined && canFail(wanted)) for await (const _ of findAll()) continue;
  const shown = inventoryKindNames.filter((kind) => isOfOc(kind) || kinds?.includes(kind));
  return streamOf(work, findAll(), shown, { as_of: of.as_of, withSecrets });
}

async function* streamOf(
  work: Work,
  clusters: AsyncIterable<Found>,
  shown: readonly InventoryKind[],
  how: Pick<ReadResources, 'as_of' | 'withSecrets'>,
): AsyncGenerator<Uint8Array> {
  let before = '[';
  for await (const { cluster, servers, found } of clusters) {
    yield Buffer.from(`${before}{"cluster":${JSON.stringify(cluster)},"servers":${JSON.stringify(servers)}`);
    before = ',';
    for (const kind of shown) {
      yield Buffer.from(`,"${factsOf(kind).segment}":`);
      const ids = found.find((one) => one.kind === kind)?.ids;
      if (ids === undefined) yield Buffer.from('null');
      else yield* listOf(work, { kind, ids, ...how });
    }
    yield Buffer.from('}');
  }
  yield Buffer.from(before === '[' ? '[]' : ']');
}

async function* listOf(work: Work, { ids, ...how }: ReadResources): AsyncGenerator<Uint8Array> {
  let before = '[';
  for (let at = 0; at < ids.length; at += itemsAtOnce) {
    const items = await work.readResources({ ids: ids.slice(at, at + itemsAtOnce), ...how });
    if (items === '') continue;
    yield Buffer.from(before + items);
    before = ',';
  }
  yield Buffer.from(before === '[' ? '[]' : ']');
}
