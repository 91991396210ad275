/** What an unquoted word of YAML is to Go's decoder, whose reading OC's clients send. */
export type PlainValue = string | number | bigint | boolean | null;

const NULLS = ['', '~', 'null', 'Null', 'NULL'];
const TRUE = ['true', 'True', 'TRUE'];
const FALSE = ['false', 'False', 'FALSE'];
const INFINITY = /^([-+]?)\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = ['.nan', '.NaN', '.NAN'];
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ])/;
const LARGEST = 2n ** 64n;

/**
 * Reads an unquoted scalar as yaml.v3 does: `0777` and `0o777` are octal, `0b11` binary, underscores in numbers are
 * dropped, `yes` and `on` are text, integers beyond 64 bits are no integers. One difference on purpose: a date stays
 * the text it is, where Go makes a point in time of it.
 */
export function readPlainScalar(source: string): PlainValue {
  if (NULLS.includes(source)) return null;
  if (TRUE.includes(source)) return true;
  if (FALSE.includes(source)) return false;
  if (NOT_A_NUMBER.includes(source)) return Number.NaN;
  const infinity = INFINITY.exec(source);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!/^[-+.0-9]/.test(source) || isDate(source)) return source;
  return readNumber(source);
}

export const isDate = (source: string): boolean => DATE.test(source);

function readNumber(source: string): string | number | bigint {
  const digits = source.replaceAll('_', '');
  const whole = readWhole(digits);
  if (whole !== undefined && whole < LARGEST && whole >= -LARGEST / 2n) return whole;
  if (!FLOAT.test(digits)) return source;
  // Go makes a float of it and loses its last digits; whoever wrote so many means all of them.
  return whole ?? Number(digits);
}

const RADIX = /^0(?:[xX][0-9a-fA-F]+|[oO]?[0-7]+|[bB][01]+)$/;

function readWhole(digits: string): bigint | undefined {
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/.exec(digits) ?? [];
  const value = readMagnitude(rest);
  return value === undefined || sign !== '-' ? value : -value;
}

function readMagnitude(rest: string): bigint | undefined {
  if (/^(?:0|[1-9][0-9]*)$/.test(rest)) return BigInt(rest);
  if (!RADIX.test(rest)) return undefined;
  return BigInt(/^0[0-7]/.test(rest) ? `0o${rest.slice(1)}` : rest.toLowerCase());
}
