import { type Piece, piece, put, type Sql } from './sql.ts';

/** A value in a JSON document: the column that has the document, and the names on the way to the value. */
export type JsonPlace = { column: string; path: readonly string[] };

/** How a database is asked for values in a document. What is missing or of another type is the type's zero, as for the evaluator. */
export type JsonWords = {
  textParameter: string;
  numberParameter: string;
  /** May a path have this name? */
  canName(name: string): boolean;
  text(place: JsonPlace): Sql;
  /** Beside those of `text`: where it may be told wrongly which of two texts comes first. */
  orderGuards(place: JsonPlace): Piece[];
  number(place: JsonPlace): Sql;
  /** As a condition. */
  isTrue(place: JsonPlace): Sql;
  /** Does the map have this key? */
  hasKey(place: JsonPlace, key: string): Sql;
  /** Is this text one of the list? */
  hasText(place: JsonPlace, text: Piece): Sql;
  /** Is there a list, or is there a map? */
  isA(place: JsonPlace, what: 'list' | 'map'): Sql;
};

const sqlitePath = ({ path }: JsonPlace): string => `$${path.map((name) => `."${name}"`).join('')}`;
const sqliteType = (place: JsonPlace): Piece => piece(`json_type(${place.column}, ?)`, sqlitePath(place));
const sqliteValue = (place: JsonPlace): Piece => piece(`json_extract(${place.column}, ?)`, sqlitePath(place));

export const sqliteJson: JsonWords = {
  textParameter: '?',
  numberParameter: '?',
  // In a path of SQLite nothing can be escaped, and Go writes <, > and & as escapes.
  canName: (name) => /^[\x20-\x7e]+$/.test(name) && !/["\\<>&]/.test(name),
  text: (place) => put('case ', sqliteType(place), " when 'text' then ", sqliteValue(place), " else '' end"),
  // Half characters, which are no UTF-8, have another order as bytes.
  orderGuards: ({ column }) => [
    piece(String.raw`instr(${column}, '\ud') > 0`),
    piece(String.raw`instr(${column}, '\uD') > 0`),
  ],
  // Fractions may be read a hair otherwise than JavaScript reads them.
  number: (place) => ({
    ...put('case ', sqliteType(place), " when 'integer' then cast(", sqliteValue(place), ' as real) else 0.0 end'),
    guards: [put(sqliteType(place), " is 'real'")],
  }),
  isTrue: (place) => put(sqliteType(place), " is 'true'"),
  hasKey: (place, key) => put(sqliteType({ ...place, path: [...place.path, key] }), ' is not null'),
  hasText: (place, text) =>
    put(
      'exists (select 1 from json_each(case ',
      sqliteType(place),
      " when 'array' then ",
      sqliteValue(place),
      " else '[]' end",
      ") as element where case element.type when 'text' then element.value else '' end = ",
      text,
      ')',
    ),
  isA: (place, what) => put(sqliteType(place), what === 'list' ? " is 'array'" : " is 'object'"),
};

const postgresValue = ({ column, path }: JsonPlace): Piece =>
  piece(`(${column}::json${path.map(() => ' -> ?::text').join('')})`, ...path);
const postgresType = (place: JsonPlace): Piece => put('json_typeof(', postgresValue(place), ')');
const postgresText = (place: JsonPlace): Piece => put('(', postgresValue(place), " #>> '{}')");
/** Escaped NULs and half characters: it fails where it is asked for the text of one. */
const oddText = ({ column }: JsonPlace): Piece =>
  piece(String.raw`strpos(${column}, '\u0000') > 0 or strpos(${column}, '\ud') > 0 or strpos(${column}, '\uD') > 0`);

const guarded = (place: JsonPlace, sql: Sql, ...guards: Piece[]): Sql => ({
  ...sql,
  guards: [oddText(place), ...guards],
});

export const postgresJson: JsonWords = {
  textParameter: '?::text collate "C"',
  numberParameter: '?::float8',
  canName: (name) => !name.includes('\0'),
  text: (place) =>
    guarded(
      place,
      put('(case ', postgresType(place), " when 'string' then ", postgresText(place), ` else '' end collate "C")`),
    ),
  orderGuards: () => [],
  // Only whole numbers that both sides hold exactly: others may be too large or too small for it, which is a failure.
  number: (place) =>
    guarded(
      place,
      put('case when ', isPlainInteger(place), ' then ', postgresText(place), '::float8 else 0 end'),
      put('(', put('coalesce(', postgresType(place), " = 'number', false)"), ' and not ', isPlainInteger(place), ')'),
    ),
  isTrue: (place) =>
    guarded(
      place,
      put('coalesce(', postgresType(place), " = 'boolean' and ", postgresText(place), " = 'true', false)"),
    ),
  hasKey: (place, key) => guarded(place, put(postgresValue({ ...place, path: [...place.path, key] }), ' is not null')),
  hasText: (place, text) =>
    guarded(
      place,
      put(
        'exists (select 1 from json_array_elements(case ',
        postgresType(place),
        " when 'array' then ",
        postgresValue(place),
        " else '[]' end) as element where case json_typeof(element) when 'string' then element #>> '{}' else '' end = ",
        text,
        ')',
      ),
    ),
  isA: (place, what) =>
    guarded(place, put('coalesce(', postgresType(place), what === 'list' ? " = 'array'" : " = 'object'", ', false)')),
};

/** By its characters alone: so nothing is ever converted that could fail. */
function isPlainInteger(place: JsonPlace): Sql {
  return put(
    'coalesce(',
    postgresType(place),
    " = 'number' and length(",
    postgresText(place),
    ') <= 16 and translate(',
    postgresText(place),
    ", '0123456789-', '') = '', false)",
  );
}
