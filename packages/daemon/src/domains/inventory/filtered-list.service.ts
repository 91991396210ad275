import type { Filter } from '@operations-center/filter';
import { canFail } from '@operations-center/filter';
import { filterFailed } from '../../platform/list-filter.ts';
import type { FilteredAsk, FilteredPage } from './filtered-list.store.ts';
import type { ListAnswer } from './inventory-lists.store.ts';
import type { InventoryWork } from './inventory-work.store.ts';

/** Rows of a page; a document has a few kilobytes. */
const rowsPerPage = 500;

/**
 * A list with a filter, read page by page in a thread, for a page may be a look at every document there is. A filter that
 * may fail for a row is tried on all of them first: an answer that has begun cannot be taken back.
 */
export async function filteredAnswer(
  work: Pick<InventoryWork, 'readFiltered'>,
  wanted: Filter | undefined,
  ask: Pick<FilteredAsk, 'filter' | 'base' | 'now_ms' | 'as_of'>,
): Promise<ListAnswer> {
  const whole = { ...ask, expression: wanted?.text ?? 'true' };
  if (wanted !== undefined && canFail(wanted)) for await (const _ of pagesOf(work, whole)) continue;
  const pages = pagesOf(work, whole);
  const first = await pages.next();
  if (first.done === true) return { json: '[]' };
  const { texts, next } = first.value;
  if (next === undefined) return { json: `[${texts.join(',')}]` };
  return { stream: streamOf(texts, pages) };
}

async function* pagesOf(
  work: Pick<InventoryWork, 'readFiltered'>,
  ask: Omit<FilteredAsk, 'after' | 'limit'>,
): AsyncGenerator<FilteredPage> {
  let after: FilteredAsk['after'];
  do {
    const page = await work.readFiltered({ ...ask, after, limit: rowsPerPage });
    if (page.failure !== undefined) throw filterFailed(ask.expression, page.failure);
    yield page;
    after = page.next;
  } while (after !== undefined);
}

async function* streamOf(first: readonly string[], pages: AsyncIterable<FilteredPage>): AsyncGenerator<Uint8Array> {
  let before = '[';
  if (first.length > 0) {
    yield Buffer.from(before + first.join(','));
    before = ',';
  }
  for await (const { texts } of pages) {
    if (texts.length === 0) continue;
    yield Buffer.from(before + texts.join(','));
    before = ',';
  }
  yield Buffer.from(before === '[' ? '[]' : ']');
}
