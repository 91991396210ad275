const units: readonly [name: string, nanoseconds: bigint][] = [
  ['h', 3_600_000_000_000n],
  ['ms', 1_000_000n],
  ['m', 60_000_000_000n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ns', 1n],
  ['s', 1_000_000_000n],
];

/** `1h30m`, `-1.5s`: nanoseconds. */
export function readDuration(text: string): bigint | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0n;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of rest.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const size = units.find(([name]) => name === unit)?.[1] ?? 0n;
    const digits = fraction.slice(0, 18);
    sum +=
      BigInt(whole === '' ? '0' : whole) * size +
      (BigInt(digits === '' ? '0' : digits) * size) / 10n ** BigInt(digits.length);
    if (sum > 2n ** 63n - 1n) return undefined;
  }
  return sign === '-' ? -sum : sum;
}

/** `1h30m0s`, `1.5ms`, as Go writes it. */
export function writeDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size === 0n) return '0s';
  for (const [unit, scale] of [
    ['ns', 1n],
    ['µs', 1_000n],
    ['ms', 1_000_000n],
  ] as const)
    if (size < scale * 1_000n) return `${sign}${decimal(size, scale)}${unit}`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 1_000_000_000n)}s`;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours}h` : ''}${minutes > 0n ? `${minutes % 60n}m` : ''}${seconds}`;
}

function decimal(value: bigint, scale: bigint): string {
  const below = (value % scale)
    .toString()
    .padStart(scale.toString().length - 1, '0')
    .replace(/0+$/, '');
  return scale === 1n || below === '' ? `${value / scale}` : `${value / scale}.${below}`;
}
