const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration such as `6h` or `1m30s`; an Error with Go's words otherwise. */
export function parseGoDuration(text: string): number {
  if (text === '0') return 0;
  const read = /^(?<sign>[-+]?)(?<parts>(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text);
  if (read === null) {
    const missing = /^[-+]?\d+(?:\.\d+)?$/.test(text);
    throw new Error(missing ? `time: missing unit in duration "${text}"` : `time: invalid duration "${text}"`);
  }
  const total = [...text.matchAll(/(\d*\.?\d+|\d+\.?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0),
    0,
  );
  return read.groups?.['sign'] === '-' ? -total : total;
}
