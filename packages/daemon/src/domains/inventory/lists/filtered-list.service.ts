import { Fault } from '@operations-center/contract';
import { canFail, type Filter } from '@operations-center/filter';
import { filterFailed } from '../../../platform/list-filter.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import type { FilteredAsk, FilteredPage } from './filtered-list.store.ts';
import type { OrderKey } from './list-order.ts';
import type { ListAnswer } from './plain-list.store.ts';

/** Rows of a page; a document has a few kilobytes. */
const rowsPerPage = 500;
/** So long it is looked for the next object that fits. */
const mostMs = 30_000;
/** A page of a list is given back short rather than late. */
const pageMs = 500;

type Work = Pick<InventoryWork, 'readFiltered'>;
type Ask = Omit<FilteredAsk, 'after' | 'limit' | 'expression'>;
/** One page of a list, and where the next one begins. */
export type ListPage = { texts: string[]; next?: OrderKey };

/**
 * A list with a filter, read page by page in a thread, for a page may be a look at every document there is. A filter that
 * may fail for a row is tried on all of them first: an answer that has begun cannot be taken back.
 */
export async function filteredAnswer(
  work: Work,
  wanted: Filter | undefined,
  ask: Ask,
  signal: AbortSignal,
): Promise<ListAnswer> {
  const whole = { ...ask, expression: wanted?.text ?? 'true' };
  if (wanted !== undefined && canFail(wanted)) for await (const _ of pagesOf(work, whole, signal)) continue;
  const pages = pagesOf(work, whole, signal);
  const first = await pages.next();
  if (first.done === true) return { json: '[]' };
  const { texts, next } = first.value;
  if (next === undefined) return { json: `[${texts.join(',')}]` };
  return { stream: streamOf(texts, pages) };
}

/** The objects behind a key, no more than a number of them; fewer where it takes long to find them. */
export async function filteredPage(
  work: Work,
  wanted: Filter | undefined,
  ask: Ask & Pick<FilteredAsk, 'after' | 'limit'>,
  signal: AbortSignal,
): Promise<ListPage> {
  const texts: string[] = [];
  const whole = { ...ask, expression: wanted?.text ?? 'true' };
  const began = performance.now();
  let after = ask.after;
  do {
    signal.throwIfAborted();
    const page = await work.readFiltered({ ...whole, after, limit: Math.min(rowsPerPage, ask.limit - texts.length) });
    if (page.failure !== undefined) throw filterFailed(whole.expression, page.failure);
    texts.push(...page.texts);
    after = page.next;
  } while (after !== undefined && texts.length < ask.limit && performance.now() - began < pageMs);
  return after === undefined ? { texts } : { texts, next: after };
}

/** How many fit. Where the database cannot tell, every object is looked at. */
export async function countAll(
  work: Pick<InventoryWork, 'readFiltered' | 'countFiltered'>,
  wanted: Filter | undefined,
  ask: Ask,
  signal: AbortSignal,
): Promise<number> {
  const whole = { ...ask, expression: wanted?.text ?? 'true' };
  const told = await work.countFiltered(whole);
  if (told !== undefined) return told;
  let count = 0;
  // As URLs they are short.
  for await (const { texts } of pagesOf(work, { ...whole, base: '', fields: undefined }, signal)) count += texts.length;
  return count;
}

async function* pagesOf(
  work: Work,
  ask: Omit<FilteredAsk, 'after' | 'limit'>,
  signal: AbortSignal,
): AsyncGenerator<FilteredPage> {
  let after: OrderKey | undefined;
  let foundMs = performance.now();
  do {
    signal.throwIfAborted();
    const page = await work.readFiltered({ ...ask, after, limit: rowsPerPage });
    if (page.failure !== undefined) throw filterFailed(ask.expression, page.failure);
    if (performance.now() - foundMs > mostMs) throw takesTooLong(ask.expression);
    if (page.texts.length > 0) {
      yield page;
      // Who reads slowly takes nobody's time.
      foundMs = performance.now();
    }
    after = page.next;
  } while (after !== undefined);
}

const takesTooLong = (expression: string): Fault =>
  new Fault('filter_too_slow', `Failed to execute filter expression: nothing was found for ${mostMs / 1_000} s`, {
    details: { filter: expression.slice(0, 1_000) },
  });

async function* streamOf(first: readonly string[], pages: AsyncIterable<FilteredPage>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`[${first.join(',')}`);
  for await (const { texts } of pages) yield Buffer.from(`,${texts.join(',')}`);
  yield Buffer.from(']');
}
