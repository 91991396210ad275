/** More pairs of lines than this are not compared: such a part is told as gone, and come. */
const mostPairs = 4_000_000;
/** So many lines around a change are shown. */
const around = 3;

type Line = { sign: ' ' | '-' | '+'; text: string };

/** What makes the second text of the first, as people read it: lines with ` `, `-` and `+`, in parts with their places. Empty: nothing. */
export function lineDiff(before: string, after: string): string {
  if (before === after) return '';
  const lines = compareLines(linesOf(before), linesOf(after));
  const shown = new Set<number>();
  for (const [at, { sign }] of lines.entries()) {
    if (sign !== ' ') for (let near = at - around; near <= at + around; near += 1) shown.add(near);
  }
  const told: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (const [at, { sign, text }] of lines.entries()) {
    if (shown.has(at) && (at === 0 || !shown.has(at - 1))) told.push(`@@ -${oldLine} +${newLine} @@`);
    if (shown.has(at)) told.push(`${sign}${text}`);
    if (sign !== '+') oldLine += 1;
    if (sign !== '-') newLine += 1;
  }
  return told.map((line) => `${line}\n`).join('');
}

/** A last line without its newline is another one than the same with it. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop();
  return last === undefined || last === '' ? lines : [...lines, `${last} (no newline at the end)`];
}

function compareLines(before: readonly string[], after: readonly string[]): Line[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...signed(' ', before.slice(0, head)),
    ...compareMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...signed(' ', before.slice(before.length - tail)),
  ];
}

const signed = (sign: Line['sign'], lines: readonly string[]): Line[] => lines.map((text) => ({ sign, text }));

/** By the longest common subsequence; `common[i][j]` is its length behind line i of the one and j of the other. */
function compareMiddle(before: readonly string[], after: readonly string[]): Line[] {
  if (before.length * after.length > mostPairs) return [...signed('-', before), ...signed('+', after)];
  const common = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  const lengthAt = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const row = common[i] ?? new Uint32Array();
    for (let j = after.length - 1; j >= 0; j -= 1)
      row[j] = before[i] === after[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: ' ', text: old });
      [i, j] = [i + 1, j + 1];
    } else if (old !== undefined && (fresh === undefined || lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      lines.push({ sign: '-', text: old });
      i += 1;
    } else if (fresh !== undefined) {
      lines.push({ sign: '+', text: fresh });
      j += 1;
    }
  }
  return lines;
}
