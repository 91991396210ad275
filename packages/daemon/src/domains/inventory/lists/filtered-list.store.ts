import type { SqlValue } from '@operations-center/database';
import { type CompiledFilter, compileFilter, type Filter, FilterFailure, parseFilter } from '@operations-center/filter';
import type { InventoryDatabase } from '../../../schema.ts';
import { itemColumns, itemFieldsOf, thenColumns } from '../filters/item-fields.ts';
import { type Packed, restoreObjects } from '../history/packed.store.ts';
import { type Source, sourceOf } from '../history/versions.store.ts';
import { itemConditions } from '../rows/inventory.store.ts';
import type { ItemFields, ItemFilter } from '../rows/inventory-item.ts';
import { openObject, type Shown } from '../secrets/sealed-object.ts';
import type { InventoryWithVault, Vault } from '../secrets/vault.ts';
import { splitIndexed } from './indexed-conditions.ts';
import { boundText, keyOfRow, type ListOrder, type OrderKey, orderOf, orderText, type Sort } from './list-order.ts';
import { type Projection, project } from './projection.ts';

/** What of a kind is asked for. */
export type ListAsk = {
  filter: ItemFilter;
  /** The filter's text, which was found to be right before; what is compiled of it cannot be sent to a thread. */
  expression: string;
  now_ms: number;
  /** The rows as they were then, in microseconds; else as they are. */
  as_of?: number | undefined;
};
export type FilteredAsk = ListAsk &
  Shown & {
    /** URLs below it are wanted, else items. */
    base?: string | undefined;
    fields?: Projection | undefined;
    sort?: Sort | undefined;
    after?: OrderKey | undefined;
    limit: number;
  };
/**
 * `next`: the list may go on behind it, also if this page is short or empty: no more than a bounded number of rows is
 * looked at. `failure`: the filter cannot be worked out for one of the rows.
 */
export type FilteredPage = {
  texts: string[];
  next?: OrderKey;
  failure?: Pick<FilterFailure, 'message' | 'range'>;
};

type Row = ItemFields & {
  id: number;
  uuid: string;
  status: string;
  head: string;
  object: string;
  secrets: string;
  last_updated: string;
};

/** So many rows are compared in one statement: a statement cannot be stopped, and others wait for the thread. */
const rowsAtOnce = 20_000;

const noDocuments = "'' as head, '{}' as object, '' as secrets";

/** The next rows of a list that the database let pass, and of those the ones that the rest of the filter lets pass. */
export async function readFiltered(db: InventoryWithVault, ask: FilteredAsk): Promise<FilteredPage> {
  const { base, limit } = ask;
  const question = questionOf(db, ask);
  const { source, given, compiled, order } = question;
  const behind = boundText(order, ask.after, 'behind');
  const end = await findEnd(db, question, behind);
  const until = boundText(order, end, 'until');
  // A list of URLs needs the documents only if the rest of the filter does.
  const documents = base === undefined || compiled.rest !== undefined ? 'head, object, secrets' : noDocuments;
  const packed = ask.as_of === undefined ? '0 as version, null as packed' : 'version, packed';
  const found = await db.rows<Row & Packed>(
    `select id, id as object_id, kind, ${packed}, uuid, cluster, server, project_name, parent_name, name, type, status, last_updated, ${documents}
     from ${source.text} where ${given.text} and (${compiled.where})${behind.text}${until.text}
     order by ${orderText(order)} limit ?`,
    [...source.values, ...given.values, ...compiled.parameters, ...behind.values, ...until.values, limit],
  );
  const rows = documents === noDocuments ? found : await restoreObjects(db, found);
  const last = rows.length < limit ? undefined : rows.at(-1);
  const next = last === undefined ? end : keyOfRow(order, last);
  try {
    const { rest } = compiled;
    const wanted = rest === undefined ? rows : rows.filter((row) => rest.holds(recordOf(row), ask.now_ms));
    const texts = wanted.map((row) => (base === undefined ? itemOf(db.vault, row, ask) : `"${base}/${row.uuid}"`));
    return next === undefined ? { texts } : { texts, next };
  } catch (error) {
    if (!(error instanceof FilterFailure)) throw error;
    return { texts: [], failure: { message: error.message, range: error.range } };
  }
}

type Question = {
  source: Source;
  given: { text: string; values: SqlValue[] };
  compiled: CompiledFilter;
  order: ListOrder;
  /** What an index answers of the filter; undefined: nothing is compared row by row. */
  narrow: Pick<CompiledFilter, 'where' | 'parameters'> | undefined;
};

function questionOf(db: InventoryDatabase, ask: Omit<FilteredAsk, 'limit'>): Question {
  const filter = readExpression(ask);
  const { indexed, isAll } = splitIndexed(filter);
  const everything = { where: '1 = 1', parameters: [] };
  const columns = ask.as_of === undefined ? itemColumns : thenColumns;
  const narrow = indexed === undefined ? everything : compileFilter(indexed, db.dialect, columns);
  return {
    source: sourceOf(ask.as_of),
    given: itemConditions(ask.filter),
    compiled: compileFilter(filter, db.dialect, columns),
    order: orderOf(ask.sort, ask.filter, ask.base !== undefined, db.dialect),
    narrow: isAll || ask.expression === 'true' ? undefined : narrow,
  };
}

function readExpression({ filter, expression }: ListAsk): Filter {
  const parsed = parseFilter(expression, itemFieldsOf(filter.kind));
  if (!parsed.ok) throw new Error(`the filter was right before: ${expression}`);
  return parsed.filter;
}

/** Where the last row is that is compared now; undefined: at the end of the list, or nothing is compared. */
async function findEnd(
  db: InventoryDatabase,
  { source, given, narrow, order }: Question,
  behind: { text: string; values: OrderKey },
): Promise<OrderKey | undefined> {
  if (narrow === undefined) return undefined;
  const [row] = await db.rows<Record<string, SqlValue>>(
    `select ${order.columns.join(', ')} from ${source.text}
     where ${given.text} and (${narrow.where})${behind.text} order by ${orderText(order)} limit 1 offset ?`,
    [...source.values, ...given.values, ...narrow.parameters, ...behind.values, rowsAtOnce - 1],
  );
  return row === undefined ? undefined : keyOfRow(order, row);
}

/** How many objects there are, and how many of them are looked at: those that an index does not leave out. */
export async function countLookedAt(
  db: InventoryDatabase,
  ask: ListAsk,
): Promise<{ objects: number; looked_at: number }> {
  const { source, given, narrow, compiled } = questionOf(db, ask);
  const count = async (where: string, values: readonly SqlValue[]): Promise<number> => {
    const [row] = await db.rows<{ count: number | string }>(
      `select count(*) as count from ${source.text} where kind = ? and (${where})`,
      [...source.values, ask.filter.kind, ...values],
    );
    return Number(row?.count ?? 0);
  };
  const { where, parameters } = narrow ?? compiled;
  return {
    objects: await count('1 = 1', []),
    looked_at: await count(`${given.text} and (${where})`, [...given.values, ...parameters]),
  };
}

/** How many fit, where the database alone can tell; undefined: they must be looked at. */
export async function countFiltered(db: InventoryDatabase, ask: ListAsk): Promise<number | undefined> {
  const { source, given, narrow, compiled } = questionOf(db, ask);
  if (narrow !== undefined || compiled.rest !== undefined) return undefined;
  const [row] = await db.rows<{ count: number | string }>(
    `select count(*) as count from ${source.text} where ${given.text} and (${compiled.where})`,
    [...source.values, ...given.values, ...compiled.parameters],
  );
  return Number(row?.count ?? 0);
}

const recordOf = (row: Row): Record<string, unknown> => ({ ...row, object: JSON.parse(row.object) as unknown });

function itemOf(vault: Vault, row: Row, { filter: { kind }, fields, withSecrets }: FilteredAsk): string {
  const object = withSecrets ? openObject(vault, { kind, ...row }) : row.object;
  return project(`${row.head}${object},"last_updated":"${row.last_updated}"}`, fields);
}
