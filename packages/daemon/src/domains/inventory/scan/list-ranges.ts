/** Where a value stands in a reply: first byte, and the one after the last. */
export type Range = { start: number; end: number };

/** A reply that is not what Incus answers; the message says what is wrong with it. */
export class BadReply extends Error {}

const maxDepth = 200;
const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Where each element of `metadata` stands in a reply, found by one look over the bytes: a list of 100 MB is never a
 * string or a tree as a whole. Trusts what is between the brackets; each element is parsed by itself.
 * Throws `BadReply`, also for more than `maxElements`.
 */
export function listRanges(bytes: Uint8Array, maxElements: number): Range[] {
  const metadata = metadataRange(bytes);
  if (isNull(bytes, metadata)) return [];
  if (bytes[metadata.start] !== openBracket) throw new BadReply('its metadata is no list');
  const ranges: Range[] = [];
  let at = skipSpace(bytes, metadata.start + 1);
  while (bytes[at] !== closeBracket || at !== metadata.end - 1) {
    const end = endOfValue(bytes, at);
    if (end === at) throw new BadReply('its metadata is broken JSON');
    ranges.push({ start: at, end });
    if (ranges.length > maxElements) throw new BadReply(`its list has more than ${maxElements} entries`);
    at = skipSpace(bytes, end);
    if (bytes[at] === comma) at = skipSpace(bytes, at + 1);
    else if (at !== metadata.end - 1) throw new BadReply('its metadata is broken JSON');
  }
  return ranges;
}

/** Where the value of the reply's `metadata` stands. Throws `BadReply` if the reply is no whole JSON object with one. */
export function metadataRange(bytes: Uint8Array): Range {
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== openBrace) throw new BadReply('it is no JSON object');
  let found: Range | undefined;
  at = skipSpace(bytes, at + 1);
  while (bytes[at] === quote) {
    const keyEnd = endOfString(bytes, at);
    const key = textAt(bytes, at, keyEnd);
    at = skipSpace(bytes, keyEnd);
    if (bytes[at] !== colon) throw new BadReply('it is broken JSON');
    const start = skipSpace(bytes, at + 1);
    const end = endOfValue(bytes, start);
    if (end === start) throw new BadReply('it is broken JSON');
    if (key === '"metadata"') found = { start, end };
    // Incus says so with its status, too; something in between may not.
    if (key === '"type"' && textAt(bytes, start, end) === '"error"') throw new BadReply('it is an error');
    at = skipSpace(bytes, end);
    if (bytes[at] === comma) at = skipSpace(bytes, at + 1);
  }
  if (bytes[at] !== closeBrace || skipSpace(bytes, at + 1) !== bytes.length) throw new BadReply('it is broken JSON');
  if (found === undefined) throw new BadReply('it has no metadata');
  return found;
}

const textAt = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');

const isNull = (bytes: Uint8Array, range: Range): boolean =>
  range.end - range.start === 4 && bytes[range.start] === 0x6e;

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return at;
}

function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at += 1) {
    if (bytes[at] === backslash) at += 1;
    else if (bytes[at] === quote) return at + 1;
  }
  throw new BadReply('it ends in the middle');
}

/** Index after the value; `from` itself if there is none. */
function endOfValue(bytes: Uint8Array, from: number): number {
  let depth = 0;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === quote) {
      at = endOfString(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > maxDepth) throw new BadReply(`it is nested more than ${maxDepth} deep`);
    } else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === comma || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09))
      return at;
    at += 1;
  }
  if (depth > 0) throw new BadReply('it ends in the middle');
  return at;
}
