import { Misread, type Range } from './mistake.ts';
import { readNumber } from './numbers.ts';
import { negatable, orderings, precedence, unary } from './operators.ts';
import { readPostfix } from './parse-postfix.ts';
import { predicateForms } from './predicates.ts';
import { type Binary, type Node, partsOf } from './syntax.ts';
import type { Token } from './token.ts';
import { makeTokenReader, type TokenReader } from './token-reader.ts';
import { readTokens } from './tokens.ts';

/** Nobody writes more; a program that does should ask with several filters. */
const longestText = 16_384;
const mostNodes = 5_000;
/** Of the text's brackets and of the tree: what is read, checked and evaluated call by call stays far from the stack's end. */
const deepest = 200;

/** The tree of an expression. Throws `Misread`. */
export function parse(text: string): Node {
  if (text.length > longestText)
    throw new Misread(
      { start: longestText, end: text.length },
      `the expression is longer than ${longestText} characters`,
    );
  const parser = makeParser(makeTokenReader(readTokens(text)));
  const root = parser.sequence();
  parser.expectEnd();
  checkSize(root);
  return root;
}

/** Goes without recursion: what it refuses could not be gone through with it. */
function checkSize(root: Node): void {
  let count = 0;
  const open: { node: Node; depth: number }[] = [{ node: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    count += 1;
    if (depth > deepest) throw new Misread(node, `the expression is nested more than ${deepest} deep`);
    if (count > mostNodes) throw new Misread(node, `the expression has more than ${mostNodes} parts`);
    for (const part of partsOf(node)) open.push({ node: part, depth: depth + 1 });
  }
}

function makeParser(reader: TokenReader) {
  /** How many predicates are open: only in one there is `#`, and a leading dot. */
  let predicates = 0;
  let nesting = 0;

  const { now, peek, is, take, accept, since, expect, unexpected } = reader;

  /** `a; b`: only the last counts, for nothing here has an effect; all of them are checked. */
  function sequence(): Node {
    const start = now().start;
    let node = expression(0);
    while (is(';')) {
      take();
      if (now().kind === 'end') break;
      const body = expression(0);
      node = { kind: 'let', name: '', value: node, body, ...since(start) };
    }
    return node;
  }

  function expression(level: number): Node {
    nesting += 1;
    if (nesting > deepest) throw new Misread(now(), `the expression is nested more than ${deepest} deep`);
    const node = level === 0 && is('let') ? variable() : level === 0 && is('if') ? ifElse() : operators(level);
    nesting -= 1;
    return node;
  }

  function operators(level: number): Node {
    const start = now().start;
    let left = primary();
    let before = '';
    for (;;) {
      const negated = is('not') && peek().kind === 'operator' && negatable.has(peek().text);
      const token = negated ? peek() : now();
      const strength = token.kind === 'operator' ? precedence[token.text] : undefined;
      if (strength === undefined || strength < level) break;
      if (before === '??' && token.text !== '??')
        throw new Misread(token, `"${token.text}" and "??" cannot be mixed`, {
          expected: 'parentheses around one of them',
        });
      take();
      if (negated) take();
      left = after(left, token, strength, start);
      if (negated) left = { kind: 'unary', operator: 'not', operand: left, ...since(start) };
      before = token.text;
    }
    return level === 0 ? choices(left, start) : left;
  }

  function after(left: Node, token: Token, strength: number, start: number): Node {
    const { text } = token;
    if (text === '|') return piped(left, start);
    if (orderings.has(text)) return comparison(left, token, strength, start);
    const right = expression(text === '**' || text === '^' ? strength : strength + 1);
    if (text === 'or' || text === '||') return joined('or', left, right, start);
    if (text === 'and' || text === '&&') return joined('and', left, right, start);
    // The table of precedences holds nothing else.
    const operator = (text === '^' ? '**' : text) as Binary;
    return { kind: 'binary', operator, left, right, ...since(start) };
  }

  function joined(operator: 'and' | 'or', left: Node, right: Node, start: number): Node {
    const parts = left.kind === 'logic' && left.operator === operator ? left.parts : [left];
    return { kind: 'logic', operator, parts: [...parts, right], ...since(start) };
  }

  /** `1 < x < 5` is `1 < x and x < 5`. */
  function comparison(first: Node, token: Token, strength: number, start: number): Node {
    const parts: Node[] = [];
    let left = first;
    let operator = token.text;
    for (;;) {
      const right = expression(strength + 1);
      parts.push({ kind: 'binary', operator: operator as Binary, left, right, start: left.start, end: right.end });
      left = right;
      if (now().kind !== 'operator' || !orderings.has(now().text)) break;
      operator = take().text;
    }
    return parts.length === 1 && parts[0] !== undefined
      ? { ...parts[0], start }
      : { kind: 'logic', operator: 'and', parts, ...since(start) };
  }

  function piped(left: Node, start: number): Node {
    if (now().kind !== 'name') unexpected('the name of a function');
    return postfix(call(take(), [left], start), start);
  }

  function variable(): Node {
    const { start } = take();
    const name = now();
    if (name.kind !== 'name') unexpected('a name');
    take();
    expect('=');
    const value = expression(0);
    expect(';');
    const body = sequence();
    return { kind: 'let', name: name.text, value, body, ...since(start) };
  }

  function ifElse(): Node {
    const { start } = take();
    const condition = expression(0);
    const yes = block();
    expect('else');
    const no = is('if') ? expression(0) : block();
    return { kind: 'choice', condition, yes, no, ...since(start) };
  }

  function block(): Node {
    expect('{');
    const node = sequence();
    expect('}');
    return node;
  }

  function choices(condition: Node, start: number): Node {
    let node = condition;
    while (accept('?')) {
      const yes = is(':') ? node : expression(0);
      expect(':');
      const no = expression(0);
      node = { kind: 'choice', condition: node, yes, no, ...since(start) };
    }
    return node;
  }

  function primary(): Node {
    const token = now();
    const { start } = token;
    const prefix = token.kind === 'operator' ? unary[token.text] : undefined;
    if (prefix !== undefined) {
      take();
      const operand = expression(prefix.level);
      return postfix({ kind: 'unary', operator: prefix.operator, operand, ...since(start) }, start);
    }
    if (accept('(')) {
      const node = sequence();
      expect(')');
      return postfix({ ...node, ...since(start) }, start);
    }
    if (predicates > 0 && (is('#') || is('.'))) return postfix(pointer(), start);
    if (accept('::')) {
      if (now().kind !== 'name') unexpected('the name of a function');
      return postfix(call(take(), [], start), start);
    }
    return value();
  }

  function pointer(): Node {
    const { start } = now();
    if (is('.')) return { kind: 'pointer', name: '', start, end: start };
    const hash = take();
    const attached = now().kind === 'name' && now().start === hash.end;
    const name = attached ? take().text : '';
    if (name === '' || name === 'index' || name === 'acc') return { kind: 'pointer', name, ...since(start) };
    throw new Misread(since(start), `unknown pointer #${name}`, { expected: '#, #index or #acc' });
  }

  function value(): Node {
    const token = now();
    const range: Range = { start: token.start, end: token.end };
    if (token.kind === 'number') return readNumber(take());
    if (token.kind === 'string')
      return postfix({ kind: 'literal', type: 'string', value: take().text, ...range }, token.start);
    if (token.kind === 'name') {
      take();
      if (token.text === 'true' || token.text === 'false')
        return { kind: 'literal', type: 'boolean', value: token.text === 'true', ...range };
      if (token.text === 'nil') return { kind: 'literal', type: 'nil', value: null, ...range };
      return postfix(
        is('(') ? call(token, [], token.start) : { kind: 'name', name: token.text, ...range },
        token.start,
      );
    }
    if (accept('[')) return postfix({ kind: 'list', items: listed(']'), ...since(token.start) }, token.start);
    if (accept('{')) return postfix(map(token.start), token.start);
    return unexpected('a value');
  }

  /** What stands up to a closing bracket, with commas between; one more at the end is fine. */
  function listed(closing: string, item: (index: number) => Node = () => expression(0)): Node[] {
    const items: Node[] = [];
    while (!is(closing)) {
      if (items.length > 0) {
        if (!is(',')) unexpected(`"," or "${closing}"`);
        take();
        if (is(closing)) break;
      }
      items.push(item(items.length));
    }
    take();
    return items;
  }

  function map(start: number): Node {
    const keys: Node[] = [];
    const values = listed('}', () => {
      keys.push(mapKey());
      expect(':');
      return expression(0);
    });
    return { kind: 'map', keys, values, ...since(start) };
  }

  function mapKey(): Node {
    const { kind, text, start, end } = now();
    if (is('(')) return expression(0);
    if (kind !== 'name' && kind !== 'string' && kind !== 'number')
      unexpected('a key: a name, a string, a number, or an expression in parentheses');
    take();
    return { kind: 'literal', type: 'string', value: text, start, end };
  }

  function call(name: Token, given: readonly Node[], start: number): Node {
    expect('(');
    const forms = predicateForms[name.text];
    const parts = [
      ...given,
      ...listed(')', (index) => (forms?.[given.length + index] === 'predicate' ? predicate() : expression(0))),
    ];
    return { kind: 'call', name: name.text, parts, ...since(start) };
  }

  function predicate(): Node {
    const { start } = now();
    predicates += 1;
    const body = is('{') ? block() : expression(0);
    predicates -= 1;
    return { kind: 'predicate', body, ...since(start) };
  }

  const postfix = (node: Node, start: number): Node => readPostfix(reader, node, start, () => expression(0));

  return {
    sequence,
    expectEnd: () => {
      if (now().kind !== 'end') unexpected('an operator or the end');
    },
  };
}
