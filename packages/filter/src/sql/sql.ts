export type SqlDialect = 'sqlite' | 'postgres';

/**
 * Where a field is: a text column that is never null, or a column that holds a JSON document as text. `texts`: fields of
 * the document that have a text column of their own beside it, empty where the document has no such text.
 */
export type Columns = Readonly<
  Record<string, { column: string } | { json: string; texts?: Readonly<Record<string, string>> }>
>;

/** A piece of SQL with `?` for its values: no value is ever written into the text. */
export type Piece = { text: string; values: readonly (string | number)[] };

/** `guards`: where one of them holds, this may be wrong, or fail; such rows pass and are looked at otherwise. */
export type Sql = Piece & { guards: readonly Piece[] };

export const piece = (text: string, ...values: (string | number)[]): Piece => ({ text, values });

/** Texts and pieces, one after another. */
export function put(...parts: (string | Piece | Sql)[]): Sql {
  const pieces = parts.map((part): Piece | Sql => (typeof part === 'string' ? piece(part) : part));
  return {
    text: pieces.map(({ text }) => text).join(''),
    values: pieces.flatMap(({ values }) => values),
    guards: pieces.flatMap((part) => ('guards' in part ? part.guards : [])),
  };
}

export function joined(between: string, parts: readonly (Piece | Sql)[]): Sql {
  return put('(', ...parts.flatMap((part, index): (string | Piece)[] => (index === 0 ? [part] : [between, part])), ')');
}

/** `case`, for a database may work out both sides of an `or`, and fail in the wrong one. */
export function withGuards(sql: Sql): Piece {
  if (sql.guards.length === 0) return sql;
  const seen = new Map(sql.guards.map((guard) => [JSON.stringify(guard), guard]));
  return put('case when ', joined(' or ', [...seen.values()]), ' then 1 = 1 else ', sql, ' end');
}
