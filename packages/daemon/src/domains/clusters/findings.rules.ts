import { Fault, type Finding } from '@operations-center/contract';
import type { Note } from './create-request.rules.ts';

/** What stands in the way: blocking, and not ignored. */
export const blockingOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ verdict, ignored }) => verdict === 'blocking' && !ignored);

/** Findings that an operation carries as warnings: what was ignored, and what only warns. */
export const notesOfFindings = (findings: readonly Finding[]): Note[] =>
  findings.flatMap((finding) => {
    if (finding.verdict === 'warning') return [{ code: 'check_warns', message: tell(finding) }];
    const isIgnored = finding.verdict === 'blocking' && finding.ignored;
    return isIgnored ? [{ code: 'check_ignored', message: `ignored: ${tell(finding)}` }] : [];
  });

/** `clock-skew: server3 is 1.8 s behind server1; joins tolerate 5 s`. */
const tell = ({ check, seen, cause }: Finding): string => `${check}: ${[seen, cause].filter(Boolean).join('; ')}`;

/** Each blocking finding in one line; all of them in the details. */
export function refuseBlocking(
  code: 'cluster_preflight_failed' | 'plan_not_runnable',
  found: readonly Finding[],
): Fault {
  const names = [...new Set(found.map(({ check }) => check))].join(', ');
  const what = code === 'plan_not_runnable' ? 'The plan cannot be run' : 'The servers cannot be made a cluster';
  return new Fault(code, `${what}: ${found.map(tell).join(' · ')}`, { details: { checks: names, findings: found } });
}
