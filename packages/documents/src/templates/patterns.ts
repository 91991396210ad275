/** A text longer than this fits no pattern, so that no pattern can take long. */
const longestText = 256;
const longestPattern = 200;
const mostEndless = 3;

/** Does the whole text have this form? */
export const fitsPattern = (pattern: string, text: string): boolean =>
  text.length <= longestText && new RegExp(`^(?:${pattern})$`, 'u').test(text);

/**
 * Why a pattern cannot be used; undefined: it can. Whoever writes one must not be able to stop the daemon with it, so
 * repetitions without an end are few, none of them is inside another, and nothing looks back or around.
 */
export function findPatternProblem(pattern: string): string | undefined {
  if (pattern.length > longestPattern) return `it is longer than ${longestPattern} characters`;
  try {
    fitsPattern(pattern, '');
  } catch {
    return 'it is no regular expression';
  }
  if (/\\[1-9k]/.test(pattern)) return 'it refers back to a part of itself';
  if (/\(\?<?[=!]/.test(pattern)) return 'it looks around';
  const bare = pattern.replace(/\\(?:[pPu]\{[^}]*\}|.)/gu, '_').replace(/\[[^\]]*\]/g, '_');
  const endless = bare.match(/[*+]|\{\d+,\}/g) ?? [];
  if (endless.length > mostEndless) return `it has more than ${mostEndless} repetitions without an end`;
  return repeatsWhatRepeats(bare) ? 'it repeats what repeats; only up to {4} of up to {4} is taken' : undefined;
}

/** Groups from the inside to the outside: one that is repeated must not hold what repeats or chooses. */
function repeatsWhatRepeats(bare: string): boolean {
  let rest = bare;
  for (;;) {
    const group = /\((?:\?:|\?<\w+>)?([^()]*)\)([*+?]|\{\d+(?:,\d*)?\})?/.exec(rest);
    if (group === null) return false;
    const [whole, inside = '', times = ''] = group;
    const isManifold = /[*+?|{]/.test(inside);
    if (isManifold && times !== '' && times !== '?' && !(isSmall(times) && isSmall(inside))) return true;
    rest = rest.replace(whole, () => (isManifold || times !== '' ? '_*' : '_'));
  }
}

/** Repeated up to four times only. */
const isSmall = (part: string): boolean =>
  !/[*+|]/.test(part) && (part.match(/\{[^}]*\}/g) ?? []).every((times) => /^\{(?:[0-4],)?[0-4]\}$/.test(times));
