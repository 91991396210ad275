import { type CallResult, finding, type PlanDifference } from '@operations-center/contract';
import { checkWidth, findingText } from '../output/finding-text.ts';
import { CliFailure } from './failure.ts';
import { faultWords } from './fault-words.ts';

type FaultResult = Extract<CallResult<unknown>, { kind: 'fault' }>;
type BrokenResult = Extract<CallResult<unknown>, { kind: 'broken' }>;

/** A refusal of the daemon in our voice. A daemon of OC sends no code: then its own text has to do. */
export function explainFault(fault: FaultResult): CliFailure {
  const what =
    faultWords[fault.code]?.(fault) ??
    (decapitalize(withoutFrame(fault.message)) || `refused with status ${fault.status}`);
  const found = blockingText(fault.details);
  const why = detailLines(fault.details, what);
  const fix = [fault.hint, fault.code === 'internal_error' && fault.request_id ? `Request ${fault.request_id}.` : '']
    .filter((line) => line !== '')
    .join('\n');
  return new CliFailure({
    ...(found === '' ? {} : { found }),
    what,
    ...(why === '' ? {} : { why }),
    fix,
    code: fault.code || `status_${fault.status}`,
  });
}

export function explainBroken(broken: BrokenResult): CliFailure {
  const begin = broken.text.trim().slice(0, 200);
  return new CliFailure({
    what: `the answer is none of this API (HTTP status ${broken.status})`,
    ...(begin === '' ? { why: 'It is empty.' } : { why: `It begins: ${begin}` }),
    fix: 'Is this address Operations Center, and not a proxy or another service before it?',
    code: 'answer_unreadable',
  });
}

/** OC puts `Failed to get token: ` and such before, and the kind of error behind; both are on the screen already. */
function withoutFrame(message: string): string {
  let rest = message;
  for (;;) {
    const shorter = rest.replace(/^(?:Bad Request|Failed (?:to )?[a-z -]+|Validation failed): /, '');
    if (shorter === rest) break;
    rest = shorter;
  }
  return rest.replace(/: (?:Operation not permitted|Constraint violation|Not found)$/, '');
}

const decapitalize = (message: string): string =>
  /^(?!Operations Center|Incus)[A-Z][a-z]/.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message;

/** Where and why, as far as the daemon says it: server, step, cause, positions. */
function detailLines(details: Readonly<Record<string, unknown>>, what: string): string {
  const shown = ['server', 'step', 'item', 'cause', 'expected', 'found', 'operation'];
  const problems = problemLines(details['problems']);
  const named = shown.flatMap((name) => {
    const value = details[name];
    // What the first line says already is not said again.
    return typeof value === 'string' && value !== '' && !what.includes(value)
      ? [`${`${name}:`.padEnd(10)} ${value}`]
      : [];
  });
  return [...problems, ...differenceLines(details['differences']), ...named].join('\n');
}

/** What was planned, and what would be done now. */
function differenceLines(differences: unknown): string[] {
  if (!Array.isArray(differences)) return [];
  return differences.map((difference: unknown) => {
    const { told } = (difference ?? {}) as Partial<PlanDifference>;
    return `  ${told ?? ''}`;
  });
}

/** The findings that stand in the way, as `cluster check` shows them. */
function blockingText(details: Readonly<Record<string, unknown>>): string {
  const given = Array.isArray(details['findings']) ? details['findings'] : [];
  const findings = given.flatMap((one: unknown) => finding.safeParse(one).data ?? []);
  const blocking = findings.filter(({ verdict, ignored }) => verdict === 'blocking' && !ignored);
  return blocking
    .map((one) => findingText(one, checkWidth(blocking)))
    .join('')
    .trimEnd();
}

/** Problems of a document, one line each; the first is in the message already. */
function problemLines(problems: unknown): string[] {
  if (!Array.isArray(problems)) return [];
  return problems.slice(1, 6).flatMap((problem: unknown) => {
    if (typeof problem === 'string') return [`Also ${problem}`];
    if (typeof problem !== 'object' || problem === null) return [];
    const { file, path, message } = { file: '', path: '', message: '', ...problem };
    return [`Also ${[file ?? '', path, message].filter((part) => part !== '').join(': ')}`];
  });
}
