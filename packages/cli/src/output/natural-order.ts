/** Natural order, as people count: server2 before server10; what is empty comes last. */
export function compareNaturally(left: string, right: string): number {
  if (left === right) return 0;
  if (left === '') return 1;
  if (right === '') return -1;
  const a = left.match(/\d+|\D+/g) ?? [];
  const b = right.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = compareChunks(a[i] ?? '', b[i] ?? '');
    if (difference !== 0) return difference;
  }
  return a.length - b.length || (left < right ? -1 : 1);
}

function compareChunks(a: string, b: string): number {
  if (a === b) return 0;
  if (!/^\d/.test(a) || !/^\d/.test(b)) return a < b ? -1 : 1;
  const digits = a.replace(/^0+/, '');
  const others = b.replace(/^0+/, '');
  if (digits.length !== others.length) return digits.length - others.length;
  return digits === others ? 0 : digits < others ? -1 : 1;
}

/** Rows by their cells, from the first of these columns to the last. */
export const compareRows =
  (columns: readonly number[]) =>
  (left: readonly string[], right: readonly string[]): number => {
    for (const column of columns) {
      const difference = compareNaturally(left[column] ?? '', right[column] ?? '');
      if (difference !== 0) return difference;
    }
    return 0;
  };
