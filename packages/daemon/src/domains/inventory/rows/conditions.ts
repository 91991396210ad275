import type { SqlValue } from '@operations-center/database';

/** `a = ? and b = ?` of the columns that have a value; column names are constants of this file and its callers' types. */
export function conditions(columns: Record<string, string | undefined>): { text: string; values: SqlValue[] } {
  const given = Object.entries(columns).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { text: given.map(([column]) => `${column} = ?`).join(' and '), values: given.map(([, value]) => value) };
}
