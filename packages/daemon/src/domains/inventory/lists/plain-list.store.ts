import { type Page, readItems, readUrls } from '../rows/inventory.store.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import type { InventoryWork, PageAsk } from '../threads/inventory-work.store.ts';

/** A list's JSON: `json` if it is small, else `stream`, which reads on as its reader takes it. */
export type ListAnswer = { json: string } | { stream: AsyncIterable<Uint8Array> };

type PlainAsk = Pick<PageAsk, 'filter' | 'base' | 'withSecrets'>;

/** The first page is read at once, beside everybody else, so that most lists never wake a thread. */
const firstItems = 100;
const firstUrls = 1_000;
const urlsPerPage = 20_000;
/** Later pages are about this long. */
const bytesPerPage = 1024 * 1024;
const mostItems = 2_000;

export async function listAnswer(
  database: InventoryWithVault,
  work: Pick<InventoryWork, 'readPage'>,
  ask: PlainAsk,
): Promise<ListAnswer> {
  const { filter, base, withSecrets } = ask;
  const first = await (base === undefined
    ? readItems(database, filter, undefined, firstItems, { withSecrets })
    : readUrls(database, filter, base, undefined, firstUrls));
  if (first.next === undefined) return { json: `[${Buffer.from(first.bytes).toString()}]` };
  return { stream: readOn(work, ask, first) };
}

/** Pages by key: each is a short read of its own, so a slow client holds nothing in the database. */
async function* readOn(work: Pick<InventoryWork, 'readPage'>, ask: PlainAsk, first: Page): AsyncGenerator<Uint8Array> {
  const readAfter = (page: Page): Promise<Page> | undefined =>
    page.next === undefined ? undefined : work.readPage({ ...ask, after: page.next, limit: limitAfter(ask, page) });
  let next = readAfter(first);
  yield Buffer.concat([Buffer.from('['), first.bytes]);
  while (next !== undefined) {
    const page = await next;
    // The thread reads the page after this one while this one is on its way.
    next = readAfter(page);
    // If the reader stops here, nobody waits for that page.
    next?.catch(() => undefined);
    if (page.bytes.byteLength > 0) {
      yield Buffer.from(',');
      yield page.bytes;
    }
  }
  yield Buffer.from(']');
}

function limitAfter(ask: Pick<PageAsk, 'base'>, page: Page): number {
  if (ask.base !== undefined) return urlsPerPage;
  const average = page.bytes.byteLength / page.rows;
  return Math.max(1, Math.min(mostItems, Math.floor(bytesPerPage / average)));
}
