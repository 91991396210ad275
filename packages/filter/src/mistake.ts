/** Where something stands in the text: first character, and the one after the last. */
export type Range = { start: number; end: number };

/** What is wrong with an expression, at one place of it. */
export type Mistake = Range & {
  /** What and why, for a person. */
  message: string;
  expected?: string;
  /** The nearest word that would have been right. */
  suggestion?: string;
};

/** Ends the reading of an expression; caught by `parseFilter` only. */
export class Misread extends Error {
  readonly mistake: Mistake;

  constructor(range: Range, message: string, more: { expected?: string; suggestion?: string | undefined } = {}) {
    super(message);
    const { expected, suggestion } = more;
    this.mistake = {
      start: range.start,
      end: range.end,
      message,
      ...(expected === undefined ? {} : { expected }),
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }
}

/** An expression that was fine to read and cannot be worked out for this record: `list[9]` of a shorter list. */
export class FilterFailure extends Error {
  readonly range: Range;

  constructor(range: Range, message: string) {
    super(message);
    this.range = range;
  }
}

/** Three lines as OC's clients print them: the message with its place, the text, and where in it. */
export function formatMistake(
  text: string,
  mistake: Range & { message: string; expected?: string; suggestion?: string },
): string {
  const before = text.slice(0, mistake.start);
  const line = before.split('\n').length;
  const column = mistake.start - (before.lastIndexOf('\n') + 1);
  const shown = text.split('\n')[line - 1] ?? '';
  const expected = mistake.expected === undefined ? '' : `: expected ${mistake.expected}`;
  const meant = mistake.suggestion === undefined ? '' : ` (did you mean "${mistake.suggestion}"?)`;
  return `${mistake.message}${expected}${meant} (${line}:${column + 1})\n | ${shown}\n | ${'.'.repeat(column)}^`;
}
