const units: readonly [ms: number, word: string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** `3 min`, `2 h`, `41 d`: one unit is enough for an age. */
export function spell(ms: number): string {
  const [size, word] = units.find(([size]) => ms >= size) ?? [1_000, 's'];
  return `${Math.max(0, Math.floor(ms / size))} ${word}`;
}

export const ago = (ms: number, nowMs: number): string => (nowMs - ms < 1_000 ? 'now' : `${spell(nowMs - ms)} ago`);

/** `0:42`, `12:05`, `1:02:07`: how long something takes that is looked at. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(s).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}

/** `2026-11-23 14:05:09`, in UTC with a Z behind it, or as the clock on the wall. */
export function clockTime(ms: number, isUtc: boolean): string {
  const shifted = new Date(isUtc ? ms : ms - new Date(ms).getTimezoneOffset() * 60_000);
  return `${shifted.toISOString().slice(0, 19).replace('T', ' ')}${isUtc ? 'Z' : ''}`;
}

/** How long something took: `0.3 s` while tenths say something, then as a stopwatch. */
export const spellExact = (ms: number): string => (ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : stopwatch(ms));
