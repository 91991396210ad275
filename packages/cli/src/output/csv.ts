/** RFC 4180 as Go writes it: a field is quoted only if it must be. */
export const writeCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(field).join(',')}\n`).join('');

const field = (text: string): string =>
  /[",\r\n]|^[ \t]|^\\\.$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
