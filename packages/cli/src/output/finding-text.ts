import type { Finding } from '@operations-center/contract';
import { afterName } from './after-name.ts';
import { capitalize } from './words.ts';

const symbols: Readonly<Record<string, string>> = { ok: '✓', warning: '!', blocking: '✗', skipped: '–', ignored: '~' };

/** What stops nothing because it was ignored is told as such. */
export const verdictWord = ({ verdict, ignored }: Pick<Finding, 'verdict' | 'ignored'>): string =>
  verdict === 'blocking' && ignored ? 'ignored' : verdict;

/** One paragraph: what was seen, why it matters, what to do. `width` is that of the longest name of a check. */
export function findingText(finding: Finding, width: number): string {
  const { check, servers, seen, cause, remedy } = finding;
  const indent = ' '.repeat(width + 6);
  const who = servers.length === 0 ? '' : `${servers.join(', ')}: `;
  const symbol = symbols[verdictWord(finding)] ?? '?';
  const lines = [
    `  ${symbol} ${check.padEnd(width)}  ${who}${afterName(servers.length === 1 ? servers[0] : null, seen)}`,
  ];
  if (cause !== null) lines.push(`${indent}${capitalize(cause)}.`);
  if (remedy !== null) lines.push(`${indent}→ ${remedy}`);
  return `${lines.join('\n')}\n`;
}

export const checkWidth = (findings: readonly Finding[]): number =>
  Math.max(0, ...findings.map(({ check }) => check.length));
