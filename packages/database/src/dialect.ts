import { type RawBuilder, sql } from 'kysely';
import type { DialectName } from './database.ts';

/** Column type of text: compared byte by byte on both databases (engineering E4). Use it in every migration. */
export const textType = (dialect: DialectName): RawBuilder<string> =>
  dialect === 'postgres' ? sql<string>`text collate "C"` : sql<string>`text`;

/** Column type of bytes. */
export const bytesType = (dialect: DialectName): RawBuilder<Uint8Array> =>
  dialect === 'postgres' ? sql<Uint8Array>`bytea` : sql<Uint8Array>`blob`;

/** SQL for the database's clock in epoch milliseconds, at the moment it is evaluated. */
export const nowMsText = (dialect: DialectName): string =>
  dialect === 'postgres'
    ? '(extract(epoch from clock_timestamp()) * 1000)::bigint'
    : "cast(unixepoch('subsec') * 1000 as integer)";

const numbered = new Map<string, string>();

/** `?` becomes `$1`, `$2` …, outside quotes and comments. Remembered: texts are constants of the program. */
export function toNumberedParameters(text: string): string {
  const known = numbered.get(text);
  if (known !== undefined) return known;
  let count = 0;
  const result = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\?/g, (part) => {
    if (part !== '?') return part;
    count += 1;
    return `$${count}`;
  });
  if (numbered.size < 5_000) numbered.set(text, result);
  return result;
}
