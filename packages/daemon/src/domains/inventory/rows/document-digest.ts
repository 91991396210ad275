import { hash } from 'node:crypto';

/** Goes into every digest: raise it when rows are made in another way, and the next scan writes them anew. */
const rowFormat = '2\n';

/** Numbers of this length may lose digits when parsed, so then the text itself is what counts. */
const longNumber = /[:,[]\s*-?\d{16,}/;

/** How a text is made short: SHA-256, or keyed, for what holds a secret that could be tried. */
export type Digest = (text: string) => string;
export const openDigest: Digest = (text) => hash('sha256', text);

/** Changes only when the document does: the order of keys and white space do not count. */
export const digestOf = (text: string, value: unknown, digest = openDigest): string =>
  digest(rowFormat + (longNumber.test(text) ? text : canonicalJson(value)));

/** The fields of an object as canonical JSON, sorted: made once where more than one digest is made of them. */
export type Parts = readonly (readonly [key: string, text: string])[];

export const partsOf = (object: Readonly<Record<string, unknown>>): Parts =>
  Object.entries(object)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, canonicalJson(item)]);

/** The same as `digestOf` of the object with just these fields. */
export const digestOfParts = (text: string, parts: Parts, digest: Digest): string =>
  digest(rowFormat + (longNumber.test(text) ? text : joinParts(parts)));

/** JSON with keys sorted at every depth. The depth is bounded before by `listRanges`. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return joinParts(partsOf(value as Record<string, unknown>)); // neither a list nor null
}

const joinParts = (parts: Parts): string =>
  `{${parts.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
