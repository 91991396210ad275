/** What is wrong with an expression at one place of it, as the daemon tells it. */
export type FilterMistake = { start: number; end: number; message: string; expected?: string; suggestion?: string };

/** The mistakes in the details of a refusal; none if it is about something else. */
export function readMistakes({ mistakes }: Readonly<Record<string, unknown>>): FilterMistake[] {
  return Array.isArray(mistakes) ? mistakes.filter(isMistake) : [];
}

const isMistake = (one: unknown): one is FilterMistake =>
  typeof one === 'object' &&
  one !== null &&
  'start' in one &&
  'end' in one &&
  'message' in one &&
  typeof one.start === 'number' &&
  typeof one.end === 'number';

/** The text before, in and behind a mistake; one at the end of the text stands on a blank. */
export function splitAt(text: string, { start, end }: FilterMistake): [before: string, wrong: string, behind: string] {
  const until = Math.max(end, start + 1);
  return [text.slice(0, start), text.slice(start, until) || ' ', text.slice(until)];
}

export const sentenceOf = ({ message, expected }: FilterMistake): string =>
  expected === undefined ? message : `${message}: expected ${expected}`;

/** The text with the nearest right word in place of the wrong one. */
export const corrected = (text: string, { start, end, suggestion = '' }: FilterMistake): string =>
  text.slice(0, start) + suggestion + text.slice(end);
