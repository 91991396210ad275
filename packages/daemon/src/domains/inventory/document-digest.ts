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

/** JSON with keys sorted at every depth. The depth is bounded before by `listRanges`. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
