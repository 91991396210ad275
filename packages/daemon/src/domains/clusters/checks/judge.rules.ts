import type { Outcome } from './check.ts';
import type { Facts, Read, ServerFacts } from './facts.ts';

type Words = { seen: string; cause: string; remedy?: string };

export const ok = (seen: string): Outcome => ({ verdict: 'ok', servers: [], seen, cause: null });
export const warn = (servers: readonly string[], words: Words): Outcome => ({ verdict: 'warning', servers, ...words });
export const block = (servers: readonly string[], words: Words): Outcome => ({
  verdict: 'blocking',
  servers,
  ...words,
});
export const skip = (servers: readonly string[], cause: string): Outcome => ({
  verdict: 'skipped',
  servers,
  seen: 'not looked at',
  cause,
});

/** What is said of one server: a text if all is well, else the words of a problem. */
export type Judgement = string | { verdict: 'warning' | 'blocking'; words: Words };
export const bad = (words: Words): Judgement => ({ verdict: 'blocking', words });
export const doubtful = (words: Words): Judgement => ({ verdict: 'warning', words });

/** Judges each server by something it was asked for. What could not be read is skipped, and said why. */
export function eachServer<T>(
  servers: readonly ServerFacts[],
  read: (server: ServerFacts) => Read<T>,
  judge: (value: T, server: ServerFacts) => Judgement,
): Outcome[] {
  const problems: Outcome[] = [];
  const skips: Outcome[] = [];
  const fine: { name: string; seen: string }[] = [];
  for (const server of servers) {
    const found = read(server);
    if (!found.ok) {
      skips.push(skip([server.name], found.why));
      continue;
    }
    const said = judge(found.value, server);
    if (typeof said === 'string') fine.push({ name: server.name, seen: said });
    else problems.push({ verdict: said.verdict, servers: [server.name], ...said.words });
  }
  const outcomes = [...mergeAlike(problems), ...mergeAlike(skips)];
  return problems.length === 0 && (fine.length > 0 || outcomes.length === 0) ? [ok(tell(fine)), ...outcomes] : outcomes;
}

/** Judges each server by its row alone. */
export const eachRow = (servers: readonly ServerFacts[], judge: (server: ServerFacts) => Judgement): Outcome[] =>
  eachServer(
    servers,
    () => ({ ok: true, value: null }),
    (_, server) => judge(server),
  );

/** Several servers of which the same is said are told once. */
function mergeAlike(outcomes: readonly Outcome[]): Outcome[] {
  const groups = Map.groupBy(outcomes, (outcome) => JSON.stringify({ ...outcome, servers: [] }));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, servers: group.flatMap(({ servers }) => servers) }];
  });
}

/** `server1, server2: x; server3: y`, or only `x` if it is so on all. */
function tell(fine: readonly { name: string; seen: string }[]): string {
  const groups = Map.groupBy(fine, ({ seen }) => seen);
  const [only] = groups.keys();
  if (groups.size <= 1) return only ?? 'nothing to look at';
  return [...groups].map(([seen, some]) => `${listNames(some.map(({ name }) => name))}: ${seen}`).join('; ');
}

/** A reading turned into what a check wants of it. */
export const mapRead = <A, B>(read: Read<A>, turn: (value: A) => B): Read<B> =>
  read.ok ? { ok: true, value: turn(read.value) } : read;

export type Told<T> = { name: string; value: T };

/**
 * The one with whom most agree: what the others are compared with, so that the odd ones are blamed and not the many. Of
 * equally many the nearest, else the first.
 */
export function findModel<T>(
  entries: readonly Told<T>[],
  agree: (one: T, other: T) => boolean,
  distance: (value: T) => number = () => 0,
): Told<T> | undefined {
  const counted = entries.map((entry) => ({
    entry,
    count: entries.filter(({ value }) => agree(entry.value, value)).length,
  }));
  const [best] = counted.sort(
    (one, other) => other.count - one.count || distance(one.entry.value) - distance(other.entry.value),
  );
  return best?.entry;
}

/** What could be read, of whom. */
export const toldBy = <T>(servers: readonly ServerFacts[], read: (server: ServerFacts) => Read<T>): Told<T>[] =>
  servers.flatMap((server) => {
    const found = read(server);
    return found.ok ? [{ name: server.name, value: found.value }] : [];
  });

export const isSame = (one: unknown, other: unknown): boolean => one === other;

/** Is it the same on all that could be asked? */
export function alike(
  { servers }: Pick<Facts, 'servers'>,
  read: (server: ServerFacts) => Read<string>,
  say: { verdict: 'warning' | 'blocking'; cause: string },
): Outcome[] {
  const model = findModel(toldBy(servers, read), isSame);
  return eachServer(servers, read, (value, { name }) => {
    if (model === undefined || value === model.value) return value;
    const seen = `${value} on ${name}, ${model.value} on ${model.name}`;
    return { verdict: say.verdict, words: { seen, cause: say.cause } };
  });
}

/** Servers that share what each must have alone: `value → names`. */
export function sharedBy(entries: readonly { name: string; value: string }[]): { value: string; names: string[] }[] {
  const groups = Map.groupBy(
    entries.filter(({ value }) => value !== ''),
    ({ value }) => value,
  );
  return [...groups]
    .filter(([, group]) => group.length > 1)
    .map(([value, group]) => ({ value, names: group.map(({ name }) => name) }));
}

const mostNames = 5;
/** Names for a sentence, no more than a line takes. */
export const listNames = (names: readonly string[]): string =>
  names.length <= mostNames
    ? names.join(', ')
    : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`;
