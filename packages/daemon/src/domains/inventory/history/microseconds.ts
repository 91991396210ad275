/** Of a stamp with nanoseconds. */
export function microseconds(stamp: string): number {
  const below = /\.\d{3}(\d{1,3})/.exec(stamp)?.[1] ?? '';
  return Date.parse(stamp) * 1_000 + Number(below.padEnd(3, '0'));
}

/** RFC 3339 with all six digits: asked as of this time, the inventory shows what began then. */
export function stampOf(us: number): string {
  const ms = Math.floor(us / 1_000);
  const below = (us - ms * 1_000).toString().padStart(3, '0');
  return new Date(ms).toISOString().replace('Z', `${below}Z`);
}
