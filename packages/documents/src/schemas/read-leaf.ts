import * as z from 'zod';
import { holdsPrivateKey } from '../certificate.ts';
import { configValue, wrong } from '../decode.ts';
import { refusePrivateKey } from '../private-keys.ts';
import type { Path } from '../problem.ts';
import { describeExpected, describeType } from './expectation.ts';
import { hintsOf } from './fields.ts';
import type { Reader } from './reader.ts';

type ReadLeaf<T> = (schema: z.ZodType, value: unknown, at: Path, reader: Reader) => T;

export function refuseType<T>(schema: z.ZodType, value: unknown, at: Path, { report }: Reader, instead: T): T {
  return wrong(describeType(schema), value, at, report, instead);
}

export const readFlag: ReadLeaf<boolean> = (schema, value, at, reader) => {
  if (typeof value === 'boolean') return value;
  const isWord = typeof value === 'string' && /^(?:yes|no|on|off|true|false|y|n)$/i.test(value);
  const remedy = isWord ? `Write ${/^(?:yes|on|true|y)$/i.test(value) ? 'true' : 'false'}, without quotes.` : undefined;
  return wrong(describeType(schema), value, at, reader.report, false, { remedy });
};

export const readNumber: ReadLeaf<number> = (schema, value, at, reader) => {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!isWhole) {
    const isQuoted = typeof value === 'string' && /^[+-]?\d+$/.test(value);
    const remedy = isQuoted ? 'Take the quotes away.' : undefined;
    return wrong(describeType(schema), value, at, reader.report, 0, { remedy });
  }
  const source = reader.report.sourceOf(at);
  if (source !== undefined && /^[+-]?0[0-7_]+$/.test(source)) warnReading(source, String(value), at, reader, false);
  const read = Number(value);
  return checkConstraint(schema, read, at, reader) ? read : 0;
};

/**
 * Text. What was written without quotes and looks like a number is the text that was written: the world-wide name
 * 0x5000c500a1b2c3d4 is no number, whatever YAML says.
 */
export const readText: ReadLeaf<string> = (schema, value, at, reader) => {
  const source = typeof value === 'object' ? undefined : reader.report.sourceOf(at);
  if (typeof value !== 'string' && source === undefined) {
    const remedy = typeof value === 'object' ? undefined : 'Put it in quotes.';
    return wrong('text', value, at, reader.report, '', { remedy });
  }
  const text = typeof value === 'string' ? value : (source ?? '');
  if (typeof value !== 'string') warnReading(text, text, at, reader, true);
  if (hintsOf(schema).secret !== true && holdsPrivateKey(text)) {
    refusePrivateKey(at, reader.report);
    return '';
  }
  if (text !== '') checkConstraint(schema, text, at, reader);
  return text;
};

/** A value of a configuration map, of which Incus makes text in its own way. */
export const readScalar: ReadLeaf<string> = (_schema, value, at, reader) => {
  const text = configValue(value, at, reader.report);
  const source = typeof value === 'string' ? undefined : reader.report.sourceOf(at);
  if (source !== undefined && value !== null && source !== text && !reader.report.blames(at))
    warnReading(source, text, at, reader, true);
  return text;
};

function warnReading(source: string, read: string, at: Path, { report }: Reader, isText: boolean): void {
  const message =
    source === read ? `${source} is read as text; other programs read something else` : `${source} is read as ${read}`;
  const remedy = isText ? `Put it in quotes: "${source}".` : `Write ${read}.`;
  report.warn('read_otherwise', at, message, { remedy });
}

/** Range, pattern and list of words. A release that we do not know may have others. */
export function checkConstraint(
  schema: z.ZodType,
  value: string | number,
  at: Path,
  reader: Reader,
  part: 'key' | 'value' = 'value',
): boolean {
  if (schema.safeParse(value).success) return true;
  const { strict, allowUnknown, report } = reader;
  const expected = describeExpected(schema);
  const isError = strict && !allowUnknown;
  const found = typeof value === 'number' ? `, found ${value}` : '';
  const code = typeof value === 'number' ? 'out_of_range' : 'unexpected_value';
  report[isError ? 'problem' : 'warn'](code, at, `expected ${expected}${found}`, {
    expected,
    part,
    remedy: `Write ${expected}.`,
  });
  return !isError;
}
