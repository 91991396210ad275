import type { ItemProblem } from './apply.ts';

/** Incus tells every member of each change, so all of them must be there, and be the ones we know. */
export function memberProblems(
  found: readonly { name: string; status: string }[],
  known: readonly { name: string }[],
): ItemProblem[] {
  const names = new Set(known.map(({ name }) => name));
  const strangers = found.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  const missing = known.filter(({ name }) => !found.some((member) => member.name === name)).map(({ name }) => name);
  const away = found.filter(({ status }) => status === 'Offline');
  return [
    ...strangers.map((name) => ({
      item: 'cluster',
      what: `the cluster has a member that we do not know: ${name}`,
      remedy: 'Register it with us, or remove it from the cluster.',
    })),
    ...missing.map((name) => ({
      item: 'cluster',
      what: `${name} is no member of the cluster any more`,
      remedy: 'Remove the server from the cluster here, too.',
    })),
    ...away.map(({ name, status }) => ({
      item: 'cluster',
      what: `${name} is ${status}, and Incus changes nothing while a member is away`,
      remedy: `Start ${name}, or remove it from the cluster, then plan again.`,
    })),
  ];
}
