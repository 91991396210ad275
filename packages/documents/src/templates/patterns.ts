/** A text longer than this fits no pattern, so that no pattern can take long. */
const longestText = 256;
const longestPattern = 200;
/** In so many ways may a pattern be gone through. The worst that is taken needs about two seconds, on the longest text. */
const mostWays = 300_000;
/** What a repetition counts for at most: three without an end, one after another, are taken. */
const mostOfOne = 64;

/** Does the whole text have this form? */
export const fitsPattern = (pattern: string, text: string): boolean =>
  text.length <= longestText && compile(pattern).test(text);

const compile = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, 'u');

/**
 * Why a pattern cannot be used; undefined: it can. Whoever writes one must not be able to stop the daemon with it, so
 * the choices that it leaves are counted before it is ever tried, and nothing looks back or around.
 */
export function findPatternProblem(pattern: string): string | undefined {
  if (pattern.length > longestPattern) return `it is longer than ${longestPattern} characters`;
  try {
    compile(pattern);
  } catch {
    return 'it is no regular expression';
  }
  if (/\\[1-9k]/.test(pattern)) return 'it refers back to a part of itself';
  if (/\(\?<?[=!]/.test(pattern)) return 'it looks around';
  if (countWays(pattern) <= mostWays) return undefined;
  return 'it can be tried in too many ways; repeat nothing that repeats or chooses, and at most three times without an end';
}

/** In how many ways a reader can go through a pattern: a bound on the work that a text can make of it. */
function countWays(pattern: string): number {
  const bare = pattern.replace(/\\(?:[pPu]\{[^}]*\}|.)/gu, '_').replace(/\[[^\]]*\]/g, '_');
  const parts = bare.match(/\((?:\?[^:>]*[:>])?|\)|\||(?:[*+?]|\{\d+(?:,\d*)?\})\??|[^]/gu) ?? [];
  let at = 0;
  return choice();

  function choice(): number {
    let ways = sequence();
    while (parts[at] === '|') {
      at += 1;
      ways += sequence();
    }
    return ways;
  }

  function sequence(): number {
    let ways = 1;
    for (let part = parts[at]; part !== undefined && part !== '|' && part !== ')'; part = parts[at]) {
      at += 1;
      let one = 1;
      if (part.startsWith('(')) {
        one = choice();
        at += 1;
      }
      const times = parts[at];
      if (times !== undefined && /^(?:[*+?]|\{\d)/.test(times)) {
        at += 1;
        one = repeated(one, times);
      }
      ways *= one;
    }
    return ways;
  }
}

function repeated(ways: number, times: string): number {
  const [least, most] = limitsOf(times);
  if (ways > 1) return (most - least + 1) * ways ** most;
  return Math.min(most - least + 1, mostOfOne);
}

function limitsOf(times: string): [number, number] {
  if (times.startsWith('?')) return [0, 1];
  const [, least = '0', comma, most = ''] = /^\{(\d+)(,?)(\d*)\}/.exec(times) ?? [];
  if (comma === undefined) return [0, Number.POSITIVE_INFINITY];
  if (comma === '') return [Number(least), Number(least)];
  return [Number(least), most === '' ? Number.POSITIVE_INFINITY : Number(most)];
}
