import { maskedLines } from './mask-text.ts';

/** `end` is behind the last character; without it the word at the place is marked. */
export type Place = {
  text: string;
  line: number;
  column: number;
  end?: { line: number; column: number };
  note: string;
};

/** The lines around a place, with the place marked: two before, none after. */
export function excerpt(place: Place): string {
  const lines = maskedLines(place.text);
  const first = Math.max(1, place.line - 2);
  const gutter = String(place.line).length;
  const shown: string[] = [];
  for (let number = first; number <= place.line; number++) {
    shown.push(`  ${String(number).padStart(gutter)} │ ${lines[number - 1] ?? ''}`.trimEnd());
  }
  const mark = '^'.repeat(markWidth(place, lines[place.line - 1] ?? ''));
  shown.push(`  ${' '.repeat(gutter)} │ ${' '.repeat(place.column - 1)}${mark} ${place.note}`.trimEnd());
  return shown.join('\n');
}

/** What is at fault on its first line; of what was masked, only where it begins. */
function markWidth({ line, column, end }: Place, shown: string): number {
  const rest = shown.slice(column - 1);
  const whole = (end?.line === line ? end.column - column : undefined) ?? wordWidth(rest);
  return Math.max(1, Math.min(whole, rest.trimEnd().length));
}

/** Up to a blank, a comment or a colon. */
const wordWidth = (rest: string): number => (/^(?:"[^"]*"|'[^']*'|[^\s:#,}\]]+)/.exec(rest)?.[0] ?? '').length;
