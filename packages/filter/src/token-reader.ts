import { Misread, type Range } from './mistake.ts';
import type { Token } from './token.ts';

export type TokenReader = ReturnType<typeof makeTokenReader>;

/** Goes through the tokens of an expression; the last one is its end, beyond which nothing is read. */
export function makeTokenReader(tokens: readonly Token[]) {
  let at = 0;
  const nothing: Token = { kind: 'end', text: '', start: 0, end: 0 };
  const tokenAt = (index: number): Token => tokens[Math.min(index, tokens.length - 1)] ?? nothing;
  const now = (): Token => tokenAt(at);
  const is = (text: string): boolean => now().text === text && (now().kind === 'operator' || now().kind === 'bracket');

  function take(): Token {
    const token = now();
    at += 1;
    return token;
  }

  function accept(text: string): boolean {
    if (!is(text)) return false;
    take();
    return true;
  }

  function unexpected(expected?: string): never {
    const token = now();
    const what = token.kind === 'end' ? 'the expression ends too early' : `unexpected ${describe(token)}`;
    throw new Misread(token, what, expected === undefined ? {} : { expected });
  }

  return {
    now,
    peek: (): Token => tokenAt(at + 1),
    is,
    take,
    accept,
    unexpected,
    expect(text: string): void {
      if (!accept(text)) unexpected(`"${text}"`);
    },
    /** From there to the end of what was taken last. */
    since: (start: number): Range => ({ start, end: tokenAt(Math.max(0, at - 1)).end }),
  };
}

function describe(token: Token): string {
  if (token.kind === 'string') return `string ${JSON.stringify(token.text)}`;
  return `${token.kind} "${token.text}"`;
}
