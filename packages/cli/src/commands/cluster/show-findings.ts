import type { Finding, Preflight } from '@operations-center/contract';
import { countChecks } from '../../output/check-counts.ts';
import { checkWidth, findingText, verdictWord } from '../../output/finding-text.ts';
import { type Column, type ListFormat, showList } from '../../output/list.ts';
import { capitalize } from '../../output/words.ts';
import { writeYaml } from '../../output/yaml.ts';

type View = { format: ListFormat; all: boolean; width: number | undefined };

const columns: readonly Column<Finding>[] = [
  { header: 'Verdict', value: (finding) => verdictWord(finding) },
  { header: 'Check', value: ({ check }) => check },
  { header: 'Servers', value: ({ servers }) => servers.join(' ') },
  { header: 'Seen', value: ({ seen }) => seen, free: true },
  { header: 'Cause', value: ({ cause }) => cause ?? '', free: true },
  { header: 'Remedy', value: ({ remedy }) => remedy ?? '', free: true },
];

/** All findings for programs, the problems for people. */
export function showFindings(preflight: Preflight, { format, all, width }: View): string | Promise<string> {
  if (format.kind === 'json') return `${JSON.stringify(preflight)}\n`;
  if (format.kind === 'yaml') return writeYaml(preflight, 4);
  const shown = preflight.findings.filter((finding) => all || isProblem(finding));
  if (format.kind === 'table') return report(preflight, shown, all);
  return showList(format.kind === 'csv' ? preflight.findings : shown, columns, format, width);
}

const isProblem = ({ verdict }: Finding): boolean => verdict === 'warning' || verdict === 'blocking';

/** Grouped, one paragraph a finding: what was seen, why it matters, what to do. */
function report(preflight: Preflight, shown: readonly Finding[], all: boolean): string {
  const { checks } = preflight;
  const width = checkWidth(shown);
  const paragraphs = [...Map.groupBy(checks, ({ group }) => group)].flatMap(([group, members]) => {
    const names = new Set(members.map(({ name }) => name));
    const own = shown.filter(({ check }) => names.has(check));
    return own.length === 0 ? [] : [`${capitalize(group)}\n${own.map((one) => findingText(one, width)).join('')}`];
  });
  const skipped = all ? '' : skippedText(preflight.findings);
  return [headText(preflight), ...paragraphs, ...(skipped === '' ? [] : [skipped]), endText(preflight)].join('\n');
}

const headText = ({ cluster, checks, summary }: Preflight): string =>
  `Checks for cluster "${cluster}": ${counted(summary.servers, 'server')}, ${checks.length} checks in ${(summary.ms / 1000).toFixed(2)} s\n`;

/** Most of what is skipped is so for one reason, which is told once. */
function skippedText(findings: readonly Finding[]): string {
  const skipped = findings.filter(({ verdict }) => verdict === 'skipped');
  const reasons = Map.groupBy(skipped, ({ cause }) => cause ?? '');
  const lines = [...reasons].map(([cause, some]) => `  – ${counted(some.length, 'check')}: ${cause}\n`);
  return lines.length === 0 ? '' : `Not looked at\n${lines.join('')}`;
}

function endText({ findings, blocked }: Preflight): string {
  const { ok, warning, blocking, skipped, ignored } = countChecks(findings);
  const parts = [
    `${ok} ok`,
    ...(warning === 0 ? [] : [counted(warning, 'warning')]),
    ...(blocking === 0 ? [] : [`${blocking} blocking${ignored === 0 ? '' : ` (${ignored} ignored)`}`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  const more = warning + blocking === 0 ? '' : 'Each check is explained in docs/generated/checks.md.\n';
  return `${parts.join(', ')}. ${blocked ? 'A creation would be refused.' : 'Nothing stands in the way.'}\n${more}`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
