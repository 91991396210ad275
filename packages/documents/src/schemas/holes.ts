import * as z from 'zod';
import type { Path } from '../problem.ts';
import { describeType } from './expectation.ts';
import { hintsOf } from './fields.ts';
import type { HoleKind, Reader } from './reader.ts';

const WORDS: Readonly<Record<HoleKind, string>> = {
  text: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  map: 'a map',
  any: 'anything',
};

/** Can what comes stand here? Its range is checked when it is there. */
export function checkHole(schema: z.ZodType, hole: unknown, kind: HoleKind, at: Path, { report }: Reader): unknown {
  if (!fits(schema, kind)) {
    const expected = describeType(schema);
    const message = `expected ${expected}; the variable here is ${WORDS[kind]}`;
    report.problem('wrong_type', at, message, { expected, remedy: `Use a variable that is ${expected}.` });
  }
  return hole;
}

function fits(schema: z.ZodType, kind: HoleKind): boolean {
  if (kind === 'any') return true;
  if (schema instanceof z.ZodArray) return kind === 'list';
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return kind === 'map';
  if (hintsOf(schema).scalar === true) return kind !== 'list' && kind !== 'map';
  if (schema instanceof z.ZodBoolean) return kind === 'boolean';
  return schema instanceof z.ZodNumber ? kind === 'integer' : kind === 'text';
}
