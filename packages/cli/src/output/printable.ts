// Control characters except newline and tab, also those of 8 bits: a name from a server must not move the cursor.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
// oxlint-disable-next-line no-control-regex
const lineControl = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string => {
  const code = character.charCodeAt(0);
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Text of several lines as a terminal may show it: control characters, and what turns the direction, are written out. */
export const printable = (text: string): string => text.replace(control, escaped);

/** The same for what must stay on one line. */
export const printableLine = (text: string): string => text.replace(lineControl, escaped);

/** A value with all its texts made so; keys too, for they may be a server's as well. */
export function printableLines<Value>(value: Value): Value {
  return mapTexts(value) as Value; // the same shape, only its texts differ
}

function mapTexts(value: unknown): unknown {
  if (typeof value === 'string') return printableLine(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [printableLine(key), mapTexts(inner)]));
}
