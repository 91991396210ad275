import { mayFailFor } from './can-fail.ts';
import type { Types } from './check.ts';
import { check } from './check.ts';
import { makeEvaluator } from './evaluate.ts';
import { truthOrNil } from './functions/expect.ts';
import { Misread, type Mistake } from './mistake.ts';
import { parse } from './parse.ts';
import { mostWork } from './scope.ts';
import type { Node } from './syntax.ts';
import type { Fields } from './types.ts';

/** An expression that was read and checked against its fields. */
export type Filter = {
  text: string;
  root: Node;
  types: Types;
  fields: Fields;
  holds(record: Readonly<Record<string, unknown>>, nowMs: number): boolean;
};

export type ParsedFilter = { ok: true; filter: Filter } | { ok: false; mistakes: Mistake[] };

/** Reads an expression that says true or false about a record with these fields. */
export function parseFilter(text: string, fields: Fields): ParsedFilter {
  try {
    const root = parse(text);
    const types = check(root, fields);
    return { ok: true, filter: { text, root, types, fields, holds: makeTest(root, types) } };
  } catch (error) {
    if (error instanceof Misread) return { ok: false, mistakes: [error.mistake] };
    throw error;
  }
}

/** The filter that holds where all these parts of another one do. */
export function filterOf(whole: Filter, parts: readonly Node[]): Filter {
  const { text, types, fields, root } = whole;
  const [only] = parts;
  const rest: Node =
    parts.length === 1 && only !== undefined
      ? only
      : { kind: 'logic', operator: 'and', parts: [...parts], start: root.start, end: root.end };
  return { text, types, fields, root: rest, holds: makeTest(rest, types) };
}

function makeTest(root: Node, types: Types): Filter['holds'] {
  const evaluate = makeEvaluator(root, types);
  return (record, nowMs) =>
    truthOrNil(evaluate({ evaluation: { record, nowMs, left: mostWork }, up: undefined }), root);
}

/** Is it true of this record? `nowMs` is what `now()` says. Throws `FilterFailure` where that cannot be told. */
export const evaluate = (filter: Filter, record: Readonly<Record<string, unknown>>, nowMs: number): boolean =>
  filter.holds(record, nowMs);

/** Might it fail for a record? Said too often rather than too seldom. */
export const canFail = (filter: Filter): boolean => mayFailFor(filter.root, filter.types);
