import * as z from 'zod';
import { hintsOf } from './fields.ts';

/** The schema inside of "may be left out", "may be null" and "has a default". */
export function innermost(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return innermost(schema.unwrap() as z.ZodType); // zod's own type is that of its core
  }
  return schema;
}

/** What is expected at a place, in words: `tcp or fc`, `a whole number from 1 to 2000`, `a list`. */
export function describeExpected(schema: z.ZodType): string {
  const inner = innermost(schema);
  const hints = hintsOf(inner);
  if (hints.expected !== undefined) return hints.expected;
  if (hints.scalar === true) return 'text, a number, true or false';
  if (inner instanceof z.ZodEnum) return inner.options.join(' or ');
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodNumber) return describeNumber(inner);
  if (inner instanceof z.ZodArray) return 'a list';
  if (inner instanceof z.ZodRecord) return hints.keys_of === undefined ? 'a map' : 'a map of keys and values';
  if (inner instanceof z.ZodObject) return 'a map';
  return 'text';
}

function describeNumber(schema: z.ZodNumber): string {
  const isBounded = Math.abs(schema.minValue ?? -Infinity) < 2 ** 53 - 1 && (schema.maxValue ?? Infinity) < 2 ** 53 - 1;
  return isBounded ? `a whole number from ${schema.minValue} to ${schema.maxValue}` : 'a whole number';
}

/** The type alone, for a value of another one: a text where a port belongs is no matter of its range. */
export function describeType(schema: z.ZodType): string {
  const inner = innermost(schema);
  if (inner instanceof z.ZodNumber) return 'a whole number';
  if (inner instanceof z.ZodString && hintsOf(inner).scalar !== true) return 'text';
  return describeExpected(inner);
}
