import * as z from 'zod';
import { isObject, shorten } from '../decode.ts';
import { nearestWord } from '../nearest-word.ts';
import type { Path } from '../problem.ts';
import { innermost } from './expectation.ts';
import { checkConstraint, readFlag, readNumber, readScalar, readText, refuseType } from './read-leaf.ts';
import type { Reader } from './reader.ts';

/** Reads a value – plain data, as parsed – by a schema. Keys are taken in any case, as Go does. */
export function readBySchema<S extends z.ZodType>(schema: S, value: unknown, at: Path, reader: Reader): z.output<S> {
  // Every part is read by its own part of the schema just below.
  return readAny(schema, value, at, reader) as z.output<S>;
}

function readAny(schema: z.ZodType, value: unknown, at: Path, reader: Reader): unknown {
  if (value === undefined || value === null) return zeroOf(schema, at, reader);
  const inner = innermost(schema);
  if (inner instanceof z.ZodObject) return readFields(inner, value, at, reader);
  if (inner instanceof z.ZodRecord) return readEntries(inner, value, at, reader);
  if (inner instanceof z.ZodArray) return readItems(inner, value, at, reader);
  return readLeaf(inner, value, at, reader);
}

function readLeaf(schema: z.ZodType, value: unknown, at: Path, reader: Reader): unknown {
  if (schema instanceof z.ZodBoolean) return readFlag(schema, value, at, reader);
  if (schema instanceof z.ZodNumber) return readNumber(schema, value, at, reader);
  return isScalar(schema) ? readScalar(schema, value, at, reader) : readText(schema, value, at, reader);
}

const isScalar = (schema: z.ZodType): boolean => schema.meta()?.['scalar'] === true;

/** Go's zero value for what is not there. */
function zeroOf(schema: z.ZodType, at: Path, reader: Reader): unknown {
  if (schema instanceof z.ZodDefault) return structuredClone(schema.def.defaultValue);
  if (schema instanceof z.ZodOptional) return undefined;
  if (schema instanceof z.ZodNullable) return null;
  if (schema instanceof z.ZodObject) return readFields(schema, {}, at, reader);
  if (schema instanceof z.ZodRecord) return {};
  if (schema instanceof z.ZodArray) return [];
  if (schema instanceof z.ZodBoolean) return false;
  return schema instanceof z.ZodNumber ? 0 : '';
}

function readItems(schema: z.ZodArray, value: unknown, at: Path, reader: Reader): unknown[] {
  const element = schema.element as z.ZodType; // zod's own type is that of its core
  if (!Array.isArray(value)) return refuseType(schema, value, at, reader, []);
  return value.map((item, index) => readAny(element, item, [...at, index], reader));
}

function readEntries(schema: z.ZodRecord, value: unknown, at: Path, reader: Reader): Record<string, unknown> {
  if (!isObject(value)) return refuseType(schema, value, at, reader, {});
  // As above; and names are text in all that we read.
  const names = schema.keyType as z.ZodString;
  const values = schema.valueType as z.ZodType;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      checkConstraint(names, key, [...at, key], reader, 'key');
      return [key, readAny(values, inner, [...at, key], reader)];
    }),
  );
}

function readFields(schema: z.ZodObject, value: unknown, at: Path, reader: Reader): Record<string, unknown> {
  if (!isObject(value)) return readFields(schema, refuseType(schema, value, at, reader, {}), at, reader);
  const { given, unknown, meant } = matchFields(Object.keys(schema.shape), value, at, reader);
  const fields = Object.entries(schema.shape).flatMap(([key, part]) => {
    const field = part as z.ZodType; // zod's own type is that of its core
    const { inner, spelt } = given.get(key) ?? { inner: undefined, spelt: key };
    const isMissing =
      inner === undefined || inner === null || (inner === '' && innermost(field) instanceof z.ZodString);
    // A field that was misspelt is not missing as well.
    const isMeant = inner === undefined && meant.has(key);
    if (isMissing && isNeeded(field) && !isMeant) reportMissing(key, at, reader);
    // What is handed on is what was written, nothing added.
    if (isMissing && reader.keepUnknown) return inner === undefined ? [] : [[key, inner] as const];
    // Empty text is Go's zero value: nothing that a pattern or a list of words could be held against.
    const read = isMissing ? zeroOf(field, [...at, spelt], reader) : readAny(field, inner, [...at, spelt], reader);
    return read === undefined ? [] : [[key, read] as const];
  });
  return Object.fromEntries(reader.keepUnknown ? asWritten([...fields, ...unknown], value) : fields);
}

/** In the order in which a person put them. */
function asWritten(entries: (readonly [string, unknown])[], value: object): (readonly [string, unknown])[] {
  const order = Object.keys(value).map((key) => key.toLowerCase());
  return entries.sort(([one], [other]) => order.indexOf(one.toLowerCase()) - order.indexOf(other.toLowerCase()));
}

const isNeeded = (schema: z.ZodType): boolean =>
  schema === innermost(schema) && !(schema instanceof z.ZodArray || schema instanceof z.ZodRecord);

function reportMissing(key: string, at: Path, reader: Reader): void {
  if (reader.report.blames(at)) return;
  // Whoever gets what we hand on may do without.
  const tell = reader.strict || !reader.keepUnknown ? 'problem' : 'warn';
  reader.report[tell]('missing_field', at, `"${key}" is missing or empty`, {
    expected: key,
    remedy: `Add "${key}".`,
  });
}

type Fields = {
  given: Map<string, { inner: unknown; spelt: string }>;
  unknown: [string, unknown][];
  meant: Set<string>;
};

function matchFields(known: readonly string[], value: Record<string, unknown>, at: Path, reader: Reader): Fields {
  const { report } = reader;
  const given: Fields['given'] = new Map();
  const unknown: Fields['unknown'] = [];
  const meant = new Set<string>();
  for (const [spelt, inner] of Object.entries(value)) {
    const key = known.includes(spelt) ? spelt : known.find((name) => name.toLowerCase() === spelt.toLowerCase());
    if (key === undefined) {
      meant.add(reportUnknown(spelt, known, at, reader) ?? '');
      unknown.push([spelt, inner]);
      continue;
    }
    if (given.has(key)) {
      const message = `"${key}" is given twice, the last one counts`;
      report.warn('field_twice', [...at, spelt], message, { part: 'key', remedy: 'Remove one of them.' });
    }
    given.set(key, { inner, spelt });
  }
  return { given, unknown, meant };
}

/** Gives back the field that was meant, if it can be told. */
function reportUnknown(spelt: string, known: readonly string[], at: Path, reader: Reader): string | undefined {
  const suggestion = nearestWord(spelt, known);
  const isError = reader.strict && !reader.allowUnknown;
  const fate = isError ? '' : reader.keepUnknown ? ', it is handed on' : ', it is ignored';
  const remedy =
    suggestion === undefined
      ? `Remove it. There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`
      : `Write "${suggestion}".`;
  reader.report[isError ? 'problem' : 'warn'](
    'unknown_field',
    [...at, spelt],
    `unknown field "${shorten(spelt)}"${fate}`,
    { suggestion, part: 'key', remedy },
  );
  return isError ? suggestion : undefined;
}
