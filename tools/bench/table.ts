import type { Figure } from './row.ts';

const columns = ['what', 'ours', 'OC 0.8.1', 'floor', 'target', 'met?'] as const;

/** One table, readable on a terminal and in Markdown. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, ours, oc, floor, target, met }) => [what, ours, oc, floor, target, verdict(met)]);
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const verdict = (met: boolean | undefined): string => (met === undefined ? '–' : met ? 'yes' : 'NO');
