import type { InventoryKind } from '@operations-center/contract';
import { type Filter, splitConditions } from '@operations-center/filter';
import type { Clock } from '../../../platform/clock.ts';
import type { HistoryService } from '../history/history.service.ts';
import type { ItemFilter } from '../rows/inventory-item.ts';
import type { Shown } from '../secrets/sealed-object.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import { contentTag } from './counters.store.ts';
import { countAll, filteredAnswer, filteredPage } from './filtered-list.service.ts';
import { isIndexed } from './indexed-conditions.ts';
import { readListCursor, toListCursor } from './list-cursor.rules.ts';
import { orderOf, type Sort } from './list-order.ts';
import { type ListAnswer, listAnswer } from './plain-list.store.ts';
import type { Projection } from './projection.ts';

export type ListWish = Shown & {
  conditions: ItemFilter;
  wanted?: Filter | undefined;
  asOf?: string | undefined;
  /** URLs below it, else items. */
  base?: string | undefined;
  fields?: Projection | undefined;
  sort?: Sort | undefined;
  /** With `limit` or `cursor`: a page. */
  limit?: number | undefined;
  cursor?: string | undefined;
};

/** Who compares a condition, from the cheapest on: an index finds it, the database or we compare object by object. */
export type ExplainedPart = { part: string; by: 'index' | 'database' | 'daemon' };

export type ListService = {
  /** All that fit as JSON, or a page of them and the cursor of the next one. */
  read(wish: ListWish, signal: AbortSignal): Promise<ListAnswer & { cursor?: string }>;
  count(wish: ListWish, signal: AbortSignal): Promise<number>;
  /** Equal as long as the answer is; undefined: it depends on the time. */
  tag(wish: ListWish): Promise<string | undefined>;
  explain(wish: ListWish): Promise<{ parts: ExplainedPart[]; objects: number; looked_at: number }>;
};

export type ListParts = {
  database: InventoryWithVault;
  pages: Pick<InventoryWork, 'readPage' | 'readFiltered' | 'countFiltered' | 'countLookedAt'>;
  history: Pick<HistoryService, 'readTime'>;
  isCompiled(filter: Filter): boolean;
  clock: Clock;
};

const pageSize = 1_000;

export function makeListService({ database, pages, history, isCompiled, clock }: ListParts): ListService {
  async function timesOf({ asOf }: ListWish): Promise<{ as_of?: number; now_ms: number }> {
    if (asOf === undefined) return { now_ms: clock.nowMs() };
    const as_of = await history.readTime(asOf);
    return { as_of, now_ms: Math.floor(as_of / 1_000) };
  }

  async function readPage(wish: ListWish, signal: AbortSignal): Promise<ListAnswer & { cursor?: string }> {
    const { conditions: filter, base, fields, sort, wanted, withSecrets, limit = pageSize } = wish;
    const question = questionOf(wish);
    const { columns } = orderOf(sort, filter, base !== undefined, database.dialect);
    const after = wish.cursor === undefined ? undefined : readListCursor(wish.cursor, question, columns.length);
    const ask = { filter, base, fields, sort, after, limit, withSecrets, ...(await timesOf(wish)) };
    const { texts, next } = await filteredPage(pages, wanted, ask, signal);
    const json = `[${texts.join(',')}]`;
    return next === undefined ? { json } : { json, cursor: toListCursor(question, next) };
  }

  return {
    async read(wish, signal) {
      const { conditions: filter, base, fields, sort, wanted, withSecrets } = wish;
      if (wish.limit !== undefined || wish.cursor !== undefined) return readPage(wish, signal);
      const isPlain = [wanted, wish.asOf, fields, sort].every((one) => one === undefined);
      if (isPlain) return listAnswer(database, pages, { filter, withSecrets, ...(base === undefined ? {} : { base }) });
      const ask = { filter, base, fields, sort, withSecrets, ...(await timesOf(wish)) };
      return filteredAnswer(pages, wanted, ask, signal);
    },
    async count(wish, signal) {
      return countAll(pages, wish.wanted, { filter: wish.conditions, ...(await timesOf(wish)) }, signal);
    },
    async tag(wish) {
      if (/\bnow\s*\(/.test(wish.wanted?.text ?? '')) return undefined;
      const { kind, cluster } = wish.conditions;
      const { limit, cursor, fields, withSecrets } = wish;
      const question = { ...questionOf(wish), limit, cursor, fields, withSecrets };
      return contentTag(database, { kind, cluster, question });
    },
    async explain(wish) {
      const { wanted, conditions: filter } = wish;
      const parts = wanted === undefined ? [] : splitConditions(wanted);
      const looked = await pages.countLookedAt({
        filter,
        expression: wanted?.text ?? 'true',
        ...(await timesOf(wish)),
      });
      return {
        parts: parts.map((condition) => ({
          part: condition.text,
          by: isIndexed(condition) ? 'index' : isCompiled(condition.filter) ? 'database' : 'daemon',
        })),
        ...looked,
      };
    },
  };
}

/** All that says which objects there are, and in which order. */
const questionOf = ({ conditions, wanted, asOf, base, sort }: ListWish): Record<string, unknown> => ({
  ...(conditions satisfies { kind: InventoryKind }),
  ...{ filter: wanted?.text, asOf, urls: base !== undefined, sort },
});
