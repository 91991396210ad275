import type { Difference, DifferenceKind } from './compare.ts';

/**
 * Why we differ. `exchange` and `at` are names; `*` is any text without a dot in `at`, any text at all in `exchange`,
 * and `|` is "or". `at` speaks for everything below it, too, unless it ends with `$`.
 */
export type Explanation = {
  exchange: string;
  at: string;
  kind: DifferenceKind | readonly DifferenceKind[];
  why: string;
};

export type Judged = { unexplained: string[]; idle: string[] };

/** The explanation that covers a difference, if one does. */
export const explanationOf = (difference: Difference, explanations: readonly Explanation[]): Explanation | undefined =>
  explanations.find((explanation) => testOf(explanation)(difference));

/** Differences that no explanation covers, and explanations that explain nothing. */
export function judge(differences: readonly Difference[], explanations: readonly Explanation[]): Judged {
  const tests = explanations.map(testOf);
  const used = new Set<number>();
  const unexplained = differences.filter((difference) => {
    const found = tests.flatMap((covers, index) => (covers(difference) ? [index] : []));
    for (const index of found) used.add(index);
    return found.length === 0;
  });
  return {
    unexplained: unexplained.map(textOf),
    idle: explanations.filter((_one, index) => !used.has(index)).map(({ exchange, at }) => `${exchange} ${at}`),
  };
}

function testOf({ exchange, at, kind }: Explanation): (difference: Difference) => boolean {
  const names = exchange.split('|').map((name) => new RegExp(`^${pattern(name, '.*')}$`));
  const places = at.split('|').map((place) => {
    const below = place.endsWith('$') ? '' : '(?:\\..*)?';
    return new RegExp(`^${pattern(place.replace(/\$$/, ''), '[^.]*')}${below}$`);
  });
  const kinds = new Set([kind].flat());
  return (difference) =>
    kinds.has(difference.kind) &&
    names.some((name) => name.test(difference.exchange)) &&
    places.some((place) => place.test(difference.at));
}

const pattern = (text: string, any: string): string =>
  text
    .split('*')
    .map((piece) => piece.replaceAll(/[.+?^${}()[\]\\]/g, '\\$&'))
    .join(any);

const short = (value: unknown): string => (JSON.stringify(value) ?? 'absent').slice(0, 160);

export const textOf = ({ exchange, at, kind, ours, theirs }: Difference): string =>
  `${exchange} ${at} (${kind}): ours ${short(ours)}, recorded ${short(theirs)}`;
