// Only what we print ourselves: symbols, names of servers, messages. Wide characters count two.
const escape = String.fromCharCode(27);
const sequence = new RegExp(`(${escape}\\[\\d*m)`);
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

export function visibleWidth(line: string): number {
  let width = 0;
  for (const char of line
    .split(sequence)
    .filter((part) => !part.startsWith(escape))
    .join(''))
    width += wide.test(char) ? 2 : 1;
  return width;
}

/** Cuts a line to a number of columns; colours are kept and closed. */
export function clipLine(line: string, columns: number): string {
  if (visibleWidth(line) <= columns) return line;
  let clipped = '';
  let width = 0;
  for (const part of line.split(sequence)) {
    if (part.startsWith(escape)) clipped += part;
    else {
      for (const char of part) {
        width += wide.test(char) ? 2 : 1;
        if (width > columns - 1) return `${clipped}…${line.includes(escape) ? `${escape}[0m` : ''}`;
        clipped += char;
      }
    }
  }
  return clipped;
}
