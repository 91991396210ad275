import { nearestWord } from './nearest-word.ts';
import type { Path, Report } from './problem.ts';

/** Reads one value as Go's JSON decoder would, tells what is wrong with it, and always gives something back. */
export type Decode<T> = (value: unknown, at: Path, report: Report) => T;

/** `null` and absence are the zero value, as in Go. */
export const text: Decode<string> = (value, at, report) => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return wrong('text', value, at, report, '', {
    remedy: typeof value === 'object' ? undefined : 'Put it in quotes.',
  });
};

export const flag: Decode<boolean> = (value, at, report) => {
  if (value === undefined || value === null) return false;
  return typeof value === 'boolean' ? value : wrong('true or false', value, at, report, false);
};

/** A value of Go's ConfigMap: scalars become strings. */
export const configValue: Decode<string> = (value, at, report) => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value))
    return wrong('text, a number, true or false', value, at, report, '');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    report.warn('number_not_exact', at, 'a number this large has lost its last digits on the way; put it in quotes');
  }
  return goNumber(value);
};

/** Null or absent: an empty list. */
export const listOf =
  <T>(item: Decode<T>): Decode<T[]> =>
  (value, at, report) => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return wrong('a list', value, at, report, []);
    return value.map((inner, index) => item(inner, [...at, index], report));
  };

type Fields = Readonly<Record<string, Decode<unknown>>>;
type Decoded<F extends Fields> = { [Key in keyof F]: ReturnType<F[Key]> };

/** A Go struct: keys in any case, unknown ones are a warning. */
export const structOf =
  <F extends Fields>(fields: F): Decode<Decoded<F>> =>
  (value, at, report) => {
    const given = readKeys(value, Object.keys(fields), at, report);
    const entries = Object.entries(fields).map(([key, decode]) => {
      const { inner, spelt } = given.get(key) ?? { inner: undefined, spelt: key };
      return [key, decode(inner, [...at, spelt], report)];
    });
    // Each field was decoded by its own decoder just above.
    return Object.fromEntries(entries) as Decoded<F>;
  };

function readKeys(value: unknown, known: readonly string[], at: Path, report: Report) {
  const given = new Map<string, { inner: unknown; spelt: string }>();
  if (value === undefined || value === null) return given;
  if (!isObject(value)) {
    wrong('a map', value, at, report, undefined);
    return given;
  }
  for (const [spelt, inner] of Object.entries(value)) {
    const key = known.includes(spelt) ? spelt : known.find((name) => name.toLowerCase() === spelt.toLowerCase());
    if (key === undefined) {
      const suggestion = nearestWord(spelt, known);
      report.warn('unknown_field', [...at, spelt], `unknown field "${shorten(spelt)}", it is ignored`, {
        suggestion,
        part: 'key',
      });
      continue;
    }
    if (given.has(key))
      report.warn('field_twice', [...at, spelt], `"${key}" is given twice, the last one counts`, { part: 'key' });
    given.set(key, { inner, spelt });
  }
  return given;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reports a value of the wrong type without quoting it: it may be a secret in the wrong place. */
export function wrong<T>(
  expected: string,
  value: unknown,
  at: Path,
  report: Report,
  instead: T,
  { remedy = `Write ${expected}.` }: { remedy?: string | undefined } = {},
): T {
  report.problem('wrong_type', at, `expected ${expected}, found ${describe(value)}`, { expected, remedy });
  return instead;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return 'text';
  return 'a number';
}

/** A name as a message may show it. */
export const shorten = (word: string): string => (word.length > 40 ? `${word.slice(0, 40)}…` : word);

/**
 * A JSON number as Go's ConfigMap writes it: integral ones within int64 plainly, all others as `%g` does, which takes
 * to an exponent below 1e-4 and from 1e6 on.
 */
export function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString();
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
