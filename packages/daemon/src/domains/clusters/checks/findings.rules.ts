import { Fault, type Finding } from '@operations-center/contract';
import type { Note } from '../creation/create-request.rules.ts';

/** What stands in the way: blocking, and not ignored. */
export const blockingOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ verdict, ignored }) => verdict === 'blocking' && !ignored);

export type Verdict = { check: string; server: string; verdict: Finding['verdict']; ignored: boolean };

/**
 * What was judged of whom, without what was read: findings with the same words are told together, and words change with
 * each reading.
 */
export function verdictsOf(findings: readonly Finding[]): Verdict[] {
  const verdicts = findings.flatMap(({ check, servers, verdict, ignored }) =>
    (servers.length === 0 ? [''] : servers).map(
      (server): Verdict => ({ check, server, verdict, ignored: verdict === 'blocking' && ignored }),
    ),
  );
  const keyed = new Map(verdicts.map((one) => [JSON.stringify([one.check, one.server, one.verdict]), one]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Findings that an operation carries as warnings: what was ignored, and what only warns. */
export const notesOfFindings = (findings: readonly Finding[]): Note[] =>
  findings.flatMap((finding) => {
    if (finding.verdict === 'warning') return [{ code: 'check_warns', message: tell(finding) }];
    const isIgnored = finding.verdict === 'blocking' && finding.ignored;
    return isIgnored ? [{ code: 'check_ignored', message: `ignored: ${tell(finding)}` }] : [];
  });

/** `clock-skew: server3 is 1.8 s behind server1; joins tolerate 5 s`. */
const tell = ({ check, seen, cause }: Finding): string => `${check}: ${[seen, cause].filter(Boolean).join('; ')}`;

/** OC refuses for one reason, the first; whoever can read them is told all others beside it. */
export const withFindings = (fault: Fault, findings: readonly Finding[]): Fault =>
  new Fault(fault.code, fault.message, {
    hint: fault.hint,
    details: { ...fault.details, findings },
    cause: fault.cause,
  });

/** Each blocking finding in one line; all of them in the details. */
export function refuseBlocking(
  code: 'cluster_preflight_failed' | 'plan_not_runnable',
  found: readonly Finding[],
): Fault {
  const names = [...new Set(found.map(({ check }) => check))].join(', ');
  const what = code === 'plan_not_runnable' ? 'The plan cannot be run' : 'The servers cannot be made a cluster';
  return new Fault(code, `${what}: ${found.map(tell).join(' · ')}`, { details: { checks: names, findings: found } });
}
