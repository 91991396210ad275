import { listReferences, namesOf, nearestWord, type Reference } from '@operations-center/documents';
import type { Outcome } from '../check.ts';
import type { Facts, Read } from '../facts.ts';
import { block, listNames, ok, skip } from '../judge.rules.ts';
import { completePreseed } from './complete-preseed.rules.ts';

/** Is there what is referred to: made by the request, or held by the first server already? */
export function referenceOutcome(facts: Facts, question: Reference['check']): Outcome[] {
  const preseed = completePreseed(facts);
  const held: Read<readonly string[]> = facts.servers[0]?.live.contents ?? { ok: true, value: [] };
  const onFirst = (kind: string): string[] =>
    held.ok ? held.value.flatMap((entry) => (entry.startsWith(`${kind}/`) ? [entry.slice(kind.length + 1)] : [])) : [];
  const made = namesOf(preseed);
  const there: Readonly<Record<Reference['kind'], readonly string[]>> = {
    ...made,
    pool: [...made.pool, ...onFirst('storage-pool')],
    network: [...made.network, ...onFirst('network')],
    project: [...made.project, ...onFirst('project')],
    member: facts.request.server_names,
  };
  const found = listReferences(preseed)
    .filter(({ check }) => check === question)
    .flatMap(({ about, name, kind }) => missing(about, name, there[kind]));
  // Unread contents may hold what is missed.
  if (found.length > 0 && !held.ok)
    return [
      skip(
        facts.servers.slice(0, 1).map(({ name }) => name),
        held.why,
      ),
    ];
  return problemsOutcome(found, 'it is not there and not made by this request');
}

export const problemsOutcome = (problems: readonly string[], cause: string): Outcome[] =>
  problems.length === 0 ? [ok('nothing is missing')] : [block([], { seen: listNames(problems), cause })];

export const missing = (what: string, name: string | undefined, there: readonly string[]): string[] =>
  name === undefined || name === '' || there.includes(name) ? [] : [describeUnknown(`${what} "${name}"`, name, there)];

export function describeUnknown(what: string, name: string, there: readonly string[]): string {
  const meant = nearestWord(name, there);
  return meant === undefined ? what : `${what} (did you mean "${meant}"?)`;
}
