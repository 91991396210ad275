import { goNumber } from '../decode.ts';

/** The text of each variable that is put in as text, by name. */
export type Texts = ReadonlyMap<string, string>;

/** A scalar as OC writes it into a text; undefined: it is none. */
export function textOf(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return typeof value === 'number' ? goNumber(value) : undefined;
}
