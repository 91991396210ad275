import { isObject } from '../decode.ts';
import type { ParsedDocument } from '../document.ts';
import { type Path, Report } from '../problem.ts';
import type { FilledText } from './fill-text.ts';

/** What is put in: a value where it stands alone, a text – undefined: it has none – in quotes and inside of texts. */
export type Put = { value: unknown; text: string | undefined };
/** Undefined: the place is left out. */
export type PutOf = (name: string) => Put | undefined;

type Placing = {
  filled: FilledText;
  lines: readonly string[];
  pattern: RegExp;
  putOf: PutOf;
  document: ParsedDocument;
  report: Report;
};
const leftOut = Symbol('left out');

/**
 * Puts values where marks stand in a tree that was read already, so none can change its shape. A value that stands alone
 * and without quotes is put in as it is; in quotes, and inside of a longer text, as text.
 */
export function placeValues(
  document: ParsedDocument,
  filled: FilledText,
  putOf: PutOf,
): { value: unknown; report: Report } {
  const report = new Report(document.origin);
  if (filled.marks.size === 0) return { value: document.value, report };
  const pattern = new RegExp([...filled.marks.keys()].join('|'), 'g');
  const placing = { filled, lines: filled.text.split('\n'), pattern, putOf, document, report };
  const value = place(document.value, [], placing);
  return { value: value === leftOut ? null : value, report };
}

function place(value: unknown, at: Path, placing: Placing): unknown {
  if (typeof value === 'string') return placeText(value, at, placing);
  if (Array.isArray(value))
    return value.map((item, index) => place(item, [...at, index], placing)).filter((item) => item !== leftOut);
  return isObject(value) ? placeMap(value, at, placing) : value;
}

function placeMap(map: Record<string, unknown>, at: Path, placing: Placing): Record<string, unknown> {
  const placed = new Map<string, unknown>();
  for (const [written, inner] of Object.entries(map)) {
    const here = [...at, written];
    const key = insertTexts(written, here, placing);
    if (placed.has(key))
      placing.report.problem('duplicate_key', here, 'with this value, the same key stands here twice', { part: 'key' });
    const value = place(inner, here, placing);
    if (value !== leftOut) placed.set(key, value);
  }
  return Object.fromEntries(placed);
}

function placeText(text: string, at: Path, placing: Placing): unknown {
  const name = placing.filled.marks.get(text);
  if (name === undefined || isQuoted(at, placing)) return insertTexts(text, at, placing);
  const put = placing.putOf(name);
  return put === undefined ? leftOut : put.value;
}

/** In quotes, or a block: written as text on purpose. */
function isQuoted(at: Path, { document, lines }: Placing): boolean {
  const place = document.origin.locate(at, 'value');
  return place !== undefined && /["'|>]/.test(lines[place.line - 1]?.charAt(place.column - 1) ?? '');
}

const insertTexts = (text: string, at: Path, placing: Placing): string =>
  text.replace(placing.pattern, (mark) => {
    const name = placing.filled.marks.get(mark) ?? '';
    const put = placing.putOf(name);
    if (put === undefined) return '';
    if (put.text !== undefined) return put.text;
    const message = `the variable ${name} is a list or a map, and stands inside of a text here`;
    placing.report.problem('value_not_text', at, message);
    return '';
  });
