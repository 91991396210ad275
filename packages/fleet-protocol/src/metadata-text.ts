/**
 * The text of one member of a JSON object, cut out as it was sent: no parsing, so 64-bit numbers, key order and
 * repeated reads of a big document cost nothing. Undefined: there is no such member, or the text is no JSON object.
 * It trusts the text between the brackets; parse it where its content matters.
 */
export function memberText(json: string, name: string): string | undefined {
  let at = skipSpace(json, 0);
  if (json[at] !== '{') return undefined;
  at = skipSpace(json, at + 1);
  let found: string | undefined;
  while (json[at] === '"') {
    const keyEnd = endOfString(json, at);
    const colon = skipSpace(json, keyEnd);
    if (json[colon] !== ':') return undefined;
    const start = skipSpace(json, colon + 1);
    const end = endOfValue(json, start);
    if (end === start) return undefined;
    // The last of two equal keys wins, as in JSON.parse.
    if (json.slice(at, keyEnd) === JSON.stringify(name)) found = json.slice(start, end);
    at = skipSpace(json, end);
    if (json[at] === '}') return found;
    if (json[at] !== ',') return undefined;
    at = skipSpace(json, at + 1);
  }
  return found;
}

const SPACE = new Set([' ', '\n', '\r', '\t']);

function skipSpace(json: string, from: number): number {
  let at = from;
  while (SPACE.has(json[at] ?? '')) at += 1;
  return at;
}

/** Index after the closing quote; the length of the text if it is never closed. */
function endOfString(json: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const quote = json.indexOf('"', at);
    if (quote < 0) return json.length;
    let backslashes = 0;
    while (json[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function endOfValue(json: string, from: number): number {
  let at = from;
  let depth = 0;
  while (at < json.length) {
    const char = json[at];
    if (char === '"') {
      at = endOfString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      // A bracket that is not ours ends a bare number, true, false or null.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (char === ',' || SPACE.has(char ?? ''))) return at;
    at += 1;
  }
  return at;
}
