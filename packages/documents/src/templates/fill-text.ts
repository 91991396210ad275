import type { Texts } from './text-values.ts';
import { replaceTokens } from './tokens.ts';

/**
 * A text in which each variable that is to be put into the tree stands as a *mark*: as long as its token, so that what
 * the reader says of lines and columns is true of the template, and of characters that nobody else wrote.
 */
export type FilledText = { text: string; marks: ReadonlyMap<string, string> };

const firstPrivate = 0xe000;
const lastPrivate = 0xf8ff;

/** Puts texts in one pass, and marks for `holes`. What is neither stays as it is. */
export function fillText(template: string, texts: Texts, holes: ReadonlySet<string>): FilledText {
  const written = new Set(`${template}${[...texts.values()].join('')}`);
  const characters = privateCharacters(written);
  const marks = new Map<string, string>();
  const markOf = (name: string, whole: string): string => {
    const known = marks.get(name);
    if (known !== undefined) return known;
    const { value } = characters.next();
    if (value === undefined) throw new RangeError('a template with more variables than there are marks');
    const mark = value.repeat(whole.length);
    marks.set(name, mark);
    return mark;
  };
  const text = replaceTokens(template, (name, whole) =>
    holes.has(name) ? markOf(name, whole) : (texts.get(name) ?? whole),
  );
  return { text, marks: new Map([...marks].map(([name, mark]) => [mark, name])) };
}

/** Characters for private use are taken by YAML as any letter is. */
function* privateCharacters(written: ReadonlySet<string>): Generator<string, undefined> {
  for (let code = firstPrivate; code <= lastPrivate; code += 1) {
    const character = String.fromCodePoint(code);
    if (!written.has(character)) yield character;
  }
  return undefined;
}
