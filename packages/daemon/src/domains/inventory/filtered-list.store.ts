import { compileFilter, FilterFailure, parseFilter } from '@operations-center/filter';
import type { InventoryDatabase } from '../../schema.ts';
import { sourceOf } from './history/versions.store.ts';
import { type ItemFilter, itemConditions, keyBound, listOrder, type PageKey } from './inventory.store.ts';
import type { ItemFields } from './inventory-item.ts';
import { itemColumns, itemFieldsOf } from './item-fields.ts';

export type FilteredAsk = {
  filter: ItemFilter;
  /** The filter's text, which was found to be right before; what is compiled of it cannot be sent to a thread. */
  expression: string;
  now_ms: number;
  /** The rows as they were then, in microseconds; else as they are. */
  as_of?: number;
  base?: string;
  after?: PageKey | undefined;
  limit: number;
};
/** `failure`: the filter cannot be worked out for one of the rows. */
export type FilteredPage = { texts: string[]; next?: PageKey; failure?: Pick<FilterFailure, 'message' | 'range'> };

type Row = ItemFields & { id: number; uuid: string; head: string; object: string; last_updated: string };

/** The next rows of a list that the database let pass, and of those the ones that the rest of the filter lets pass. */
export async function readFiltered(db: InventoryDatabase, ask: FilteredAsk): Promise<FilteredPage> {
  const { filter, expression, now_ms, base, after, limit } = ask;
  const parsed = parseFilter(expression, itemFieldsOf(filter.kind));
  if (!parsed.ok) throw new Error(`the filter was right before: ${expression}`);
  const { where, parameters, rest } = compileFilter(parsed.filter, db.dialect, itemColumns);
  const given = itemConditions(filter);
  const source = sourceOf(ask.as_of);
  const behind =
    base === undefined
      ? keyBound('>', after, filter.cluster !== undefined)
      : { text: ' and id > ?', values: [after?.id ?? 0] };
  // A list of URLs needs the documents only if the rest of the filter does.
  const documents = base === undefined || rest !== undefined ? 'head, object' : "'' as head, '{}' as object";
  const rows = await db.rows<Row>(
    `select id, uuid, cluster, server, project_name, parent_name, name, type, last_updated, ${documents}
     from ${source.text} where ${given.text} and (${where})${behind.text}
     order by ${base === undefined ? listOrder : 'id'} limit ?`,
    [...source.values, ...given.values, ...parameters, ...behind.values, limit],
  );
  const last = rows.length < limit ? undefined : rows.at(-1);
  const next =
    last === undefined ? {} : { next: { cluster: last.cluster, server: last.server, name: last.name, id: last.id } };
  try {
    const wanted = rest === undefined ? rows : rows.filter((row) => rest.holds(recordOf(row), now_ms));
    return { texts: wanted.map((row) => (base === undefined ? itemOf(row) : `"${base}/${row.uuid}"`)), ...next };
  } catch (error) {
    if (!(error instanceof FilterFailure)) throw error;
    return { texts: [], failure: { message: error.message, range: error.range } };
  }
}

const recordOf = (row: Row): Record<string, unknown> => ({ ...row, object: JSON.parse(row.object) as unknown });

const itemOf = ({ head, object, last_updated }: Row): string => `${head}${object},"last_updated":"${last_updated}"}`;
