import { Fault, type RouteSpec } from '@operations-center/contract';
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
  const read = spec.body.safeParse(value);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  throw bad(
    first === undefined ? 'not of the expected shape' : `${pathText(first.path)}${first.message}`,
    read.error.issues,
  );
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
    throw new Fault('body_invalid', `Bad Request: ${cause instanceof Error ? cause.message : 'not JSON'}`, { cause });
  }
}

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
