/** Times as OC's tables show them: UTC, cut to seconds, `2026-11-22 19:15:19 +0000 UTC`. */
export const showTime = (time: string): string => toSeconds(time, ' +0000 UTC');

/** Inventory leaves the offset out: `2026-11-22 19:15:19 UTC`. */
export const showInventoryTime = (time: string): string => toSeconds(time, ' UTC');

function toSeconds(time: string, zone: string): string {
  const parsed = Date.parse(time);
  if (Number.isNaN(parsed)) return time;
  return `${new Date(parsed).toISOString().replace('T', ' ').slice(0, 19)}${zone}`;
}

/** 21 s → `0:21`, 3,723 s → `1:02:03`. */
export function showElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
