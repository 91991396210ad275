const units = ['kB', 'MB', 'GB', 'TB', 'PB'];

/** A number of bytes as OC shows it: 426B, 1.82kB. */
export function showSize(bytes: number): string {
  if (bytes < 1000) return `${bytes}B`;
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(2)}${units[power - 1]}`;
}
