import { redacted } from './keys/sealing.ts';

/** Shorter ones are hidden where they stand alone only: `1` is in many words. */
const shortest = 6;

/**
 * The same value without these secrets, wherever they came to stand: a text that is one, and one inside of a text.
 * For secrets whose place tells nothing of them, such as values of a template's secret variables.
 */
export function hideTexts<Value>(value: Value, secrets: readonly string[]): Value {
  // Longest first: one may hold another.
  const known = secrets.filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return known.length === 0 ? value : (hide(value, known) as Value); // the same shape, texts apart
}

function hide(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return hideIn(value, secrets);
  if (Array.isArray(value)) return value.map((item) => hide(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [hideIn(key, secrets), hide(inner, secrets)]));
}

function hideIn(text: string, secrets: readonly string[]): string {
  if (secrets.includes(text)) return redacted;
  const long = secrets.filter((secret) => secret.length >= shortest);
  return long.reduce((shown, secret) => shown.replaceAll(secret, redacted), text);
}
