/** Of a stamp with nanoseconds. */
export function microseconds(stamp: string): number {
  const below = /\.\d{3}(\d{1,3})/.exec(stamp)?.[1] ?? '';
  return Date.parse(stamp) * 1_000 + Number(below.padEnd(3, '0'));
}
