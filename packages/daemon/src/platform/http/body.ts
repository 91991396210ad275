import { Fault, type RouteSpec, strictFields } from '@operations-center/contract';
import { nearestWord } from '@operations-center/documents';
import type { z } from 'zod';

/** Deeper JSON than this is nobody's configuration. */
const maxDepth = 64;

/** Parses and checks a body. Empty, `null`, garbage, trailing garbage and wrong types are faults; nothing is guessed. */
export function readBody(spec: RouteSpec, bytes: Buffer | undefined): unknown {
  if (spec.body === undefined) return undefined;
  if (bytes === undefined || bytes.length === 0) throw bad('EOF', []);
  if (isTooDeep(bytes)) throw bad(`nested more than ${maxDepth} deep`, []);
  const value = parseJson(bytes);
  if (value === null) throw bad('null is no value here: send an object', []);
  refuseUnknown(spec, value);
  const read = spec.body.safeParse(value);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  throw bad(
    first === undefined ? 'not of the expected shape' : `${pathText(first.path)}${first.message}`,
    read.error.issues,
  );
}

/** Told together, as far as a person reads. */
const unknownNamed = 20;

/** A misspelt field on a route of ours would be an effect that nobody asked for; OC's routes let it pass, as OC does. */
function refuseUnknown(spec: RouteSpec, value: unknown): void {
  const fields = strictFields(spec);
  if (fields === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return;
  // As `wireObject` finds its fields: whatever their case.
  const known = new Set(fields.map((field) => field.toLowerCase()));
  const unknown = Object.keys(value).filter((key) => !known.has(key.toLowerCase()));
  if (unknown.length === 0) return;
  const problems = unknown.slice(0, unknownNamed).map((key) => unknownField(key, fields));
  const message = problems.map(({ message: text }) => text).join('; ');
  throw new Fault('field_unknown', `Bad Request: ${message}`, { details: { problems, fields } });
}

function unknownField(key: string, fields: readonly string[]) {
  const path = key.slice(0, 80);
  const meant = nearestWord(key, fields);
  const question = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  return { path, message: `unknown field ${JSON.stringify(path)}${question}`, did_you_mean: meant ?? null };
}

function bad(detail: string, issues: readonly z.core.$ZodIssue[]): Fault {
  return new Fault('body_invalid', `Bad Request: ${detail}`, {
    details: { problems: issues.slice(0, 50).map((issue) => ({ path: issue.path.join('.'), message: issue.message })) },
  });
}

const pathText = (path: readonly PropertyKey[]): string => (path.length === 0 ? '' : `${path.map(String).join('.')}: `);

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? withoutQuote(cause.message) : '';
    throw new Fault('body_invalid', `Bad Request: ${reason === '' ? 'not JSON' : reason}`);
  }
}

/** V8 quotes what stands around the mistake. That may be a secret, and the message goes to the log. */
const withoutQuote = (message: string): string =>
  message.replace(/,? ?(?:\.{3})?"[\s\S]*"(?:\.{3})? is not valid JSON$/, ' in what should be JSON').trim();

/** One look over the bytes, before a parser or a schema recurses into them. */
export function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}
