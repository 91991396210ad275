export type PatternReader = ReturnType<typeof makePatternReader>;

/** Goes through a pattern, character by character. */
export function makePatternReader(pattern: string) {
  let at = 0;
  const sees = (text: string): boolean => pattern.startsWith(text, at);
  return {
    sees,
    atEnd: (): boolean => at >= pattern.length,
    accept(text: string): boolean {
      if (!sees(text)) return false;
      at += text.length;
      return true;
    },
    /** The next character; empty at the end. */
    take(): string {
      const code = pattern.codePointAt(at);
      if (code === undefined) return '';
      const character = String.fromCodePoint(code);
      at += character.length;
      return character;
    },
    /** `form` is sticky. */
    match(form: RegExp): RegExpExecArray | undefined {
      form.lastIndex = at;
      const found = form.exec(pattern);
      if (found === null) return undefined;
      at += found[0].length;
      return found;
    },
    /** Everything before `end`, which is passed over. */
    upTo(end: string): string {
      const stop = pattern.indexOf(end, at);
      const text = pattern.slice(at, stop === -1 ? undefined : stop);
      at = stop === -1 ? pattern.length : stop + end.length;
      return text;
    },
  };
}
