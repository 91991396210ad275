/** Is this character (as its code point) meant? */
export type Test = (code: number) => boolean;

const within =
  (...ranges: readonly (readonly [number, number])[]): Test =>
  (code) =>
    ranges.some(([first, last]) => code >= first && code <= last);
const among = (characters: string): Test => {
  const codes = new Set(Array.from(characters, (character) => character.codePointAt(0)));
  return (code) => codes.has(code);
};
export const not =
  (test: Test): Test =>
  (code) =>
    !test(code);

const digit = within([0x30, 0x39]);
const upperLetter = within([0x41, 0x5a]);
const lowerLetter = within([0x61, 0x7a]);
const letter: Test = (code) => upperLetter(code) || lowerLetter(code);
export const isWordCode: Test = (code) => digit(code) || letter(code) || code === 0x5f;

/** `\d` and the like: of ASCII only, as in RE2. */
export const perlSets: Readonly<Record<string, Test>> = {
  d: digit,
  D: not(digit),
  s: among('\t\n\f\r '),
  S: not(among('\t\n\f\r ')),
  w: isWordCode,
  W: not(isWordCode),
};

/** `[:alpha:]` and the like. */
export const posixSets: Readonly<Record<string, Test>> = {
  alnum: (code) => digit(code) || letter(code),
  alpha: letter,
  ascii: within([0, 0x7f]),
  blank: among('\t '),
  cntrl: within([0, 0x1f], [0x7f, 0x7f]),
  digit,
  graph: within([0x21, 0x7e]),
  lower: lowerLetter,
  print: within([0x20, 0x7e]),
  punct: within([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]),
  space: among('\t\n\v\f\r '),
  upper: upperLetter,
  word: isWordCode,
  xdigit: within([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]),
};

/** `\p{Greek}`, `\pL`; undefined: there is no such set. */
export function unicodeSet(name: string): Test | undefined {
  if (name === 'Any') return () => true;
  if (!/^\w+$/.test(name)) return undefined;
  for (const property of [`\\p{gc=${name}}`, `\\p{Script=${name}}`]) {
    try {
      const one = new RegExp(`^${property}$`, 'u');
      return (code) => one.test(String.fromCodePoint(code));
    } catch {
      // Not of this sort: the other is tried.
    }
  }
  return undefined;
}

/** From the first to the last; where case does not count, in whichever case the character is. */
export function rangeSet(first: number, last: number, anyCase: boolean): Test {
  const exact = within([first, last]);
  if (!anyCase) return exact;
  if (first === last) {
    const folded = fold(first);
    return (code) => fold(code) === folded;
  }
  return (code) =>
    exact(code) || exact(mapped(code, 'toLowerCase')) || exact(mapped(code, 'toUpperCase')) || exact(fold(code));
}

/** The same for all cases of a letter: ſ, s and S. */
const fold = (code: number): number => mapped(mapped(code, 'toUpperCase'), 'toLowerCase');

function mapped(code: number, how: 'toUpperCase' | 'toLowerCase'): number {
  const text = String.fromCodePoint(code)[how]();
  const found = text.codePointAt(0) ?? code;
  return String.fromCodePoint(found).length === text.length ? found : code;
}
