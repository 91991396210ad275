import type { Check } from '../check.ts';
import { block, listNames, ok } from '../judge.rules.ts';

/** Would Incus take the names of what is made? Only what it refuses for certain is told. */
export const itemNamesChecks: readonly Check[] = [
  {
    name: 'item-names',
    group: 'application',
    title: 'Incus takes the names of all items',
    about: 'A name that Incus refuses stops the creation when its cluster is already there.',
    reads: ['name of each storage pool, network, volume, profile, project and cluster group'],
    ignorable: true,
    remedy: 'mend the names in the application configuration',
    run: ({ request: { preseed } }) => {
      const problems = [
        ...preseed.storage_pools.flatMap(({ name }) => tell('pool', name, nameProblem(name))),
        ...preseed.networks.flatMap(({ name, type }) => tell('network', name, networkProblem(name, type))),
        ...preseed.storage_volumes.flatMap(({ name }) => tell('volume', name, nameProblem(name))),
        ...preseed.profiles.flatMap(({ name }) => tell('profile', name, nameProblem(name))),
        ...preseed.projects.flatMap(({ name }) => tell('project', name, projectProblem(name))),
        ...preseed.cluster_groups.flatMap(({ name }) => tell('cluster group', name, segmentProblem(name))),
      ];
      return problems.length === 0
        ? [ok('all can be taken')]
        : [block([], { seen: listNames(problems), cause: 'Incus refuses the name' })];
    },
  },
];

/** Quoted as JSON has it: a control character shall not reach a terminal. */
const tell = (what: string, name: string, problem: string | undefined): string[] =>
  problem === undefined ? [] : [`${what} ${JSON.stringify(name)} ${problem}`];

/** What no name may be: it is one segment of a URL. */
function segmentProblem(name: string): string | undefined {
  if (name === '.' || name === '..') return 'is a path';
  if (name.includes('/')) return 'contains a slash';
  if (/\p{Cc}/u.test(name)) return 'contains a control character';
  return /\s/u.test(name) ? 'contains white space' : undefined;
}

/** As real Incus 7.0 answered, asked name by name: what is not refused here it took. */
function nameProblem(name: string): string | undefined {
  const problem = segmentProblem(name);
  if (problem !== undefined) return problem;
  const [odd] = /[$?&+"'*`]/.exec(name) ?? [];
  if (odd !== undefined) return `contains ${odd}`;
  return /^[a-z0-9](.*[a-z0-9])?$/i.test(name) ? undefined : 'does not begin and end with a letter (a-z) or digit';
}

function projectProblem(name: string): string | undefined {
  // Incus has a sentence of its own for this one, whatever else is wrong.
  if (name === '*') return 'is a reserved word';
  return nameProblem(name) ?? (name.includes('_') ? 'contains an underscore' : undefined);
}

const longestInterface = 15;

/** A bridge is an interface of the kernel by the same name; networks of other types are not. */
function networkProblem(name: string, type: string): string | undefined {
  const problem = nameProblem(name) ?? (name.includes(':') ? 'contains a colon' : undefined);
  if (problem !== undefined || (type !== '' && type !== 'bridge')) return problem;
  if (Buffer.byteLength(name) > longestInterface)
    return `is longer than the ${longestInterface} characters of an interface name`;
  if (name.length < 2) return 'is shorter than the 2 characters of an interface name';
  const [odd] = /[^\w.-]/.exec(name) ?? [];
  return odd === undefined ? undefined : `contains ${odd}, which no interface name may`;
}
