/** What can befall a single call on its way. The names are an interface, as those of the faults are. */
export const MISHAPS = {
  'cut-before': 'the connection is cut before the server heard of it',
  'cut-after': 'the server did it, and the connection is cut before the answer',
  'silent-before': 'the server never hears of it, and never answers',
  'silent-after': 'the server did it, and never answers',
  garbage: 'the answer is no JSON; the server did nothing',
  busy: 'the answer is 503; the server did nothing',
  slow: 'the answer comes a second late',
} as const;

export type MishapName = keyof typeof MISHAPS;

/** The n-th call of this kind (from 1, counted since it was set): a logical moment, so the same list is the same story. */
export type Mishap = { server: string; method: string; path: string; nth: number; what: MishapName };

export type Mishaps = {
  /** Takes the place of what was set before, and counts anew. */
  set(list: readonly Mishap[]): void;
  /** Counts a call; what befalls it, if anything. */
  next(call: { server: string; method: string; path: string }): MishapName | undefined;
  /** Those that have come to pass. */
  met(): Mishap[];
};

export function makeMishaps(): Mishaps {
  let waiting = new Map<string, Mishap[]>();
  let counts = new Map<string, number>();
  let met: Mishap[] = [];
  return {
    set(list) {
      waiting = Map.groupBy(list, keyOf);
      counts = new Map();
      met = [];
    },
    next(call) {
      if (waiting.size === 0) return undefined;
      const key = keyOf(call);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      const found = waiting.get(key)?.find(({ nth }) => nth === count);
      if (found !== undefined) met.push(found);
      return found?.what;
    },
    met: () => [...met],
  };
}

export const isMishap = (value: unknown): value is Mishap => {
  const field = (name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  const texts = ['server', 'method', 'path', 'what'].every((name) => typeof field(name) === 'string');
  return texts && Number.isInteger(field('nth')) && Object.hasOwn(MISHAPS, String(field('what')));
};

const keyOf = ({ server, method, path }: { server: string; method: string; path: string }): string =>
  `${server} ${method} ${path}`;
