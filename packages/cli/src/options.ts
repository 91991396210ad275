import type { Argument, NameSource, Option } from './command.ts';
import { UsageFailure } from './failures/failure.ts';

type Hints = {
  short?: string;
  placeholder?: string;
  choices?: readonly string[];
  /** Told with the choices to who typed something else. */
  otherwise?: string;
  names?: NameSource;
};

export function required(about: string, hints: { choices?: readonly string[]; names?: NameSource } = {}) {
  return { about, optional: false, ...hints } as const satisfies Argument;
}

/** Must be given, but for where the option `unless` says it all. */
export const requiredUnless = (unless: string, about: string) =>
  ({ about, optional: false, unless }) as const satisfies Argument;

export const optional = (about: string, hints: { names?: NameSource } = {}) =>
  ({ about, optional: true, ...hints }) as const satisfies Argument;

export const flag = (about: string, hints: Hints = {}): Option<boolean> => ({
  about,
  kind: 'flag',
  initial: false,
  initialText: '',
  read: readBoolean,
  required: false,
  ...hints,
});

/** A flag that is on unless told otherwise: `--wait=false`. */
export const flagOn = (about: string): Option<boolean> => ({ ...flag(about), initial: true, initialText: 'true' });

export const text = (about: string, hints: Hints & { initial?: string } = {}): Option<string> => {
  const { initial = '', ...rest } = hints;
  return { about, kind: 'value', initial, initialText: initial, read: readChoice(hints), required: false, ...rest };
};

/** May be given several times, and each time several with commas. */
export const list = (about: string, hints: Hints & { required?: boolean } = {}): Option<readonly string[]> => ({
  about,
  kind: 'list',
  initial: [],
  initialText: '',
  read: (typed, before) => [...before, ...typed.split(',')],
  required: false,
  ...hints,
});

export const wholeNumber = (about: string, initial: number): Option<number> => ({
  about,
  kind: 'value',
  placeholder: 'number',
  initial,
  initialText: String(initial),
  read: (typed) => {
    if (!/^[+-]?\d+$/.test(typed)) throw new UsageFailure(`"${typed}" is no whole number`, 'Write it in digits: 3.');
    return Number(typed);
  },
  required: false,
});

const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A length of time as Go writes it: 90s, 1h30m, 720h. In milliseconds. */
export const duration = (about: string, initial: string): Option<number> => ({
  about,
  kind: 'value',
  placeholder: 'duration',
  initial: readDuration(initial),
  initialText: initial,
  read: readDuration,
  required: false,
});

/** A length of time before now, for an option that also takes a time. */
export function readAgo(option: string, typed: string, now: number): string {
  try {
    return new Date(now - readDuration(typed)).toISOString();
  } catch {
    throw new UsageFailure(
      `${option}: "${typed}" is neither a time nor a length of time`,
      'Write a time as RFC 3339, 2026-11-22T18:00:00Z, or how long ago: 90s, 1h30m, 24h.',
      'option_invalid',
    );
  }
}

/** A time as it was typed, or how long ago as a time; nothing stays nothing. */
export function readTime(option: string, typed: string): string {
  if (typed === '' || /^\d{4}-\d\d-\d\d[Tt ]/.test(typed)) return typed;
  return readAgo(option, typed, Date.now());
}

export function readDuration(typed: string): number {
  const parts = [...typed.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== typed) {
    throw new UsageFailure(`"${typed}" is no length of time`, 'Write it like 90s, 1h30m or 720h.');
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}

function readBoolean(typed: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(typed)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(typed)) return false;
  throw new UsageFailure(`"${typed}" is neither true nor false`, 'Write true or false.');
}

const readChoice =
  (hints: Hints) =>
  (typed: string): string => {
    if (hints.choices !== undefined && !hints.choices.includes(typed)) {
      const { choices, otherwise } = hints;
      throw new UsageFailure(
        `"${typed}" is not possible here`,
        [`One of: ${choices.join(', ')}.`, otherwise].filter(Boolean).join(' '),
      );
    }
    return typed;
  };
