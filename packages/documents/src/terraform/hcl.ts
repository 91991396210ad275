/** Writes HCL, the language of OpenTofu and Terraform, in the form that their own formatter gives it. */

const named: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
// Control characters cannot stand in a quoted text as they are.
// oxlint-disable-next-line no-control-regex
const special = /[\\"\u0000-\u001f\u007f\u2028\u2029]/g;

/** A text as a literal: whatever stands in it, it is read back as it was, and nothing of it is taken for code. */
export function quote(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll(special, (char) => named[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  return `"${escaped}"`;
}

/** Several lines as they are; for texts in which nothing can be taken for code, as PEM. */
export const heredoc = (text: string): string => `<<-EOT\n${indent(text.trimEnd())}\nEOT`;
export const heredocValue = (text: string): string => `${text.trimEnd()}\n`;

export type Assignment = readonly [name: string, code: string];

/** One assignment a line, the equal signs below each other. */
export function assignments(pairs: readonly Assignment[], end = ''): string {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, code]) => `${name.padEnd(width)} = ${code}${end}\n`).join('');
}

export const indent = (text: string, by = 2): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(by));

/** `config = { … }`: a map over several lines, also an empty one. */
export const mapOf = (name: string, pairs: readonly Assignment[], end = ''): string =>
  `${name} = {\n${indent(assignments(pairs, end))}}\n`;

export const listOf = (name: string, values: readonly string[]): string =>
  values.length === 0 ? `${name} = []\n` : `${name} = [\n${values.map((value) => `  ${value},\n`).join('')}]\n`;

/** A block; its sections stand apart. */
export const block = (head: string, sections: readonly string[]): string =>
  `${head} {\n${indent(sections.filter((section) => section !== '').join('\n'))}}\n`;

/** Blocks, with a line between them. */
export const blocks = (all: readonly string[]): string => all.filter((one) => one !== '').join('\n');
