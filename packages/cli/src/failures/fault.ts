import type { CallResult } from '@operations-center/contract';
import { CliFailure } from './failure.ts';

type FaultResult = Extract<CallResult<unknown>, { kind: 'fault' }>;
type BrokenResult = Extract<CallResult<unknown>, { kind: 'broken' }>;

/** A refusal of the daemon in our voice. A daemon of OC sends no code: then its own text has to do. */
export function explainFault(fault: FaultResult): CliFailure {
  const what = decapitalize(withoutPrefixes(fault.message)) || `refused with status ${fault.status}`;
  const why = detailLines(fault.details);
  const fix = [fault.hint, fault.code === 'internal_error' && fault.request_id ? `Request ${fault.request_id}.` : '']
    .filter((line) => line !== '')
    .join('\n');
  return new CliFailure({
    what,
    ...(why === '' ? {} : { why }),
    ...(fix === '' ? {} : { fix }),
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

/** OC puts `Failed to get token: ` and such before; what was asked is on the command line already. */
function withoutPrefixes(message: string): string {
  let rest = message;
  for (;;) {
    const shorter = rest.replace(/^(?:Bad Request|Failed to [a-z :-]+|Validation failed): /, '');
    if (shorter === rest) return rest;
    rest = shorter;
  }
}

const decapitalize = (message: string): string =>
  /^[A-Z][a-z]/.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message;

/** Where and why, as far as the daemon says it: server, step, cause, positions. */
function detailLines(details: Readonly<Record<string, unknown>>): string {
  const shown = ['server', 'step', 'item', 'cause', 'expected', 'found', 'operation'];
  return shown
    .filter((name) => typeof details[name] === 'string' && details[name] !== '')
    .map((name) => `${`${name}:`.padEnd(10)} ${String(details[name])}`)
    .join('\n');
}
