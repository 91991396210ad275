import { nearestWord } from '@operations-center/documents';
import type { Outcome } from './check.ts';
import { completePreseed } from './complete-preseed.rules.ts';
import type { Facts, Read } from './facts.ts';
import { block, listNames, ok, skip } from './judge.rules.ts';

type There = { pools: readonly string[]; networks: readonly string[]; projects: readonly string[] };

/** What will be there: what is made, and what the first server holds already. */
export function referenceOutcome(facts: Facts, problems: (there: There) => string[]): Outcome[] {
  const preseed = completePreseed(facts);
  const held: Read<readonly string[]> = facts.servers[0]?.live.contents ?? { ok: true, value: [] };
  const onFirst = (kind: string): string[] =>
    held.ok ? held.value.flatMap((entry) => (entry.startsWith(`${kind}/`) ? [entry.slice(kind.length + 1)] : [])) : [];
  const there: There = {
    pools: [...preseed.storage_pools.map(({ name }) => name), ...onFirst('storage-pool')],
    networks: [...preseed.networks.map(({ name }) => name), ...onFirst('network')],
    projects: ['default', ...preseed.projects.map(({ name }) => name), ...onFirst('project')],
  };
  const found = problems(there);
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
