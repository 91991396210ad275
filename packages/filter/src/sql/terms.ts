import type { Types } from '../check.ts';
import { makeEvaluator } from '../evaluate.ts';
import { FilterFailure } from '../mistake.ts';
import { mostWork } from '../scope.ts';
import { type Node, type NodeOf, partsOf } from '../syntax.ts';
import { isMap, isRecord, type Type } from '../types.ts';
import type { Value } from '../values.ts';
import { type JsonPlace, postgresJson, sqliteJson } from './json.ts';
import { type Columns, type Piece, put, type Sql, type SqlDialect } from './sql.ts';

export type Terms = ReturnType<typeof makeTerms>;

/** The parts of an expression that a database can say: what they are, as SQL that is never null. */
export function makeTerms(types: Types, dialect: SqlDialect, columns: Columns) {
  const json = dialect === 'sqlite' ? sqliteJson : postgresJson;
  const typeOf = (node: Node): Type => types.get(node) ?? 'any';

  /** The value of a part that asks nothing of the record; undefined: it is none, or fails. */
  function constantOf(node: Node): Value | undefined {
    if (asksRecord(node)) return undefined;
    try {
      return makeEvaluator(node, types)({ evaluation: { record: {}, nowMs: 0, left: mostWork }, up: undefined });
    } catch (error) {
      if (error instanceof FilterFailure) return undefined;
      throw error;
    }
  }

  /** `object.config["x"]`: the column, and the way from there. */
  function placeOf(node: Node): JsonPlace | undefined {
    const path: string[] = [];
    let at = node;
    while (at.kind === 'member' && !at.optional) {
      const key = keyOf(at);
      if (key === undefined || !json.canName(key)) return undefined;
      path.unshift(key);
      at = at.object;
    }
    const column = at.kind === 'name' ? columns[at.name] : undefined;
    return column !== undefined && 'json' in column && path.length > 0 ? { column: column.json, path } : undefined;
  }

  /** The column of a text: of the row, or of a field of its document that is kept beside it. */
  function columnOf(node: Node): string | undefined {
    if (node.kind === 'name') {
      const column = columns[node.name];
      return column !== undefined && 'column' in column ? column.column : undefined;
    }
    if (node.kind !== 'member' || node.optional || node.object.kind !== 'name') return undefined;
    const document = columns[node.object.name];
    const key = keyOf(node);
    if (document === undefined || key === undefined || !('json' in document)) return undefined;
    return Object.entries(document.texts ?? {}).find(([field]) => field === key)?.[1];
  }

  function keyOf(node: NodeOf<'member'>): string | undefined {
    const type = typeOf(node.object);
    if (!isMap(type) && !isRecord(type)) return undefined;
    const key = constantOf(node.key);
    return typeof key === 'string' ? key : undefined;
  }

  function text(node: Node): Sql | undefined {
    if (typeOf(node) !== 'string') return undefined;
    const constant = constantOf(node);
    // No database holds a NUL in a text: what is compared with one is left to the evaluator.
    if (typeof constant === 'string')
      return constant.includes('\0') ? undefined : put({ text: json.textParameter, values: [constant] });
    const column = columnOf(node);
    if (column !== undefined) return put(column);
    const place = placeOf(node);
    return place === undefined ? undefined : json.text(place);
  }

  function number(node: Node): Sql | undefined {
    const type = typeOf(node);
    if (type !== 'integer' && type !== 'number') return undefined;
    const constant = constantOf(node);
    if (typeof constant === 'number')
      return Number.isFinite(constant) ? put({ text: json.numberParameter, values: [constant] }) : undefined;
    const place = placeOf(node);
    return place === undefined ? undefined : json.number(place);
  }

  /** Where the order of this text among others may be told wrongly. */
  function orderGuards(node: Node): Piece[] {
    if (columnOf(node) !== undefined) return [];
    const place = placeOf(node);
    return place === undefined ? [] : json.orderGuards(place);
  }

  return { dialect, json, typeOf, constantOf, placeOf, text, orderGuards, number };
}

function asksRecord(node: Node): boolean {
  if (node.kind === 'name' || (node.kind === 'call' && node.name === 'now')) return true;
  return partsOf(node).some(asksRecord);
}
