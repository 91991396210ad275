/** Values of these keys are never shown: an error travels into tickets and chats. */
const secretKey = /(?:^|[.\s"'_-])(?:password|passphrase|secret|token|key|private_key|credentials?)["']?\s*:/i;
const pemLine = /^\s*(?:-----|[A-Za-z0-9+/=]{40,}\s*$)/;

export type Place = { text: string; line: number; column: number; note: string };

/** The lines around a place, with the place marked: two before, none after. */
export function excerpt(place: Place): string {
  const lines = place.text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const first = Math.max(1, place.line - 2);
  const gutter = String(place.line).length;
  const shown: string[] = [];
  for (let number = first; number <= place.line; number++) {
    shown.push(`  ${String(number).padStart(gutter)} │ ${mask(lines[number - 1] ?? '')}`.trimEnd());
  }
  const line = lines[place.line - 1] ?? '';
  const width = Math.max(1, markWidth(line.slice(place.column - 1)));
  shown.push(`  ${' '.repeat(gutter)} │ ${' '.repeat(place.column - 1)}${'^'.repeat(width)} ${place.note}`.trimEnd());
  return shown.join('\n');
}

/** As long as the word at fault: up to a blank, a comment or a colon. */
const markWidth = (rest: string): number => (/^(?:"[^"]*"|'[^']*'|[^\s:#,}\]]+)/.exec(rest)?.[0] ?? '').length;

function mask(line: string): string {
  if (pemLine.test(line)) return `${/^\s*/.exec(line)?.[0] ?? ''}…`;
  const found = secretKey.exec(line);
  if (found === null) return line;
  const end = found.index + found[0].length;
  return line.slice(end).trim() === '' ? line : `${line.slice(0, end)} …`;
}
