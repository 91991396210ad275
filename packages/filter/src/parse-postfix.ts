import { Misread } from './mistake.ts';
import type { Node } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

/** What stands behind a value: `.name`, `?.name`, `[index]`, `[from:to]`; `expression` reads what is in brackets. */
export function readPostfix(reader: TokenReader, node: Node, start: number, expression: () => Node): Node {
  const { now, peek, is, take, accept, since, expect, unexpected } = reader;
  let result = node;
  while (is('.') || is('?.') || is('[')) {
    const optional = is('?.');
    if (optional && peek().text === '[' && peek().kind === 'bracket') take();
    result = is('[') ? indexed(result, optional, start) : dotted(result, optional, start);
  }
  return result;

  function dotted(node: Node, optional: boolean, start: number): Node {
    take();
    const name = now();
    if (name.kind !== 'name' && !(name.kind === 'operator' && /^\p{L}/u.test(name.text))) unexpected('a name');
    take();
    if (is('('))
      throw new Misread({ start: name.start, end: name.end }, `methods such as .${name.text}() are not supported`, {
        expected: 'a function',
      });
    const key: Node = { kind: 'literal', type: 'string', value: name.text, start: name.start, end: name.end };
    // `a?.b.c` is nil as a whole if a is.
    const inner = node.kind === 'chain' ? node.inner : node;
    const member: Node = { kind: 'member', object: inner, key, optional, ...since(start) };
    return optional || inner !== node ? { kind: 'chain', inner: member, ...since(start) } : member;
  }

  function indexed(object: Node, optional: boolean, start: number): Node {
    take();
    const from = is(':') ? undefined : expression();
    if (accept(':')) {
      const to = is(']') ? undefined : expression();
      expect(']');
      return { kind: 'slice', object, from, to, ...since(start) };
    }
    if (from === undefined) return unexpected('an index');
    expect(']');
    const member: Node = { kind: 'member', object, key: from, optional, ...since(start) };
    return optional ? { kind: 'chain', inner: member, ...since(start) } : member;
  }
}
