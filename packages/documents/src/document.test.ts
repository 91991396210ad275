import { expect, test } from 'vitest';
import { DOCUMENT_LIMIT_BYTES, parseDocument } from './document.ts';
import type { Problem } from './problem.ts';

const valueOf = (text: string): unknown => {
  const parsed = parseDocument(text, 'a.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value.value;
};
const problemsOf = (text: string): Problem[] => {
  const parsed = parseDocument(text, 'a.yaml');
  return parsed.ok ? [] : parsed.problems;
};

test.each([
  ['nothing', '', null],
  ['only a start', '---\n', null],
  ['only a comment', '# later\n', null],
  ['a map', '---\na: 1\nb: [x, 2.5]\n', { a: 1, b: ['x', 2.5] }],
  ['CRLF', 'a: 1\r\nb:\r\n  - x\r\n', { a: 1, b: ['x'] }],
  ['a byte order mark', '\uFEFF---\na: 1\n', { a: 1 }],
  ['JSON', '{"a": [1, true, null, "x"]}', { a: [1, true, null, 'x'] }],
  ['JSON with tabs', '{\n\t"a": [1,\n\t\t2]\n}', { a: [1, 2] }],
  ['JSON with CRLF and a byte order mark', '\uFEFF{\r\n"a": 1\r\n}\r\n', { a: 1 }],
  ['a block of text', 'a: |\n  x\n  y\n', { a: 'x\ny\n' }],
  [
    'text that looks like something',
    'a: "1"\nb: yes\nc: 2024-01-01\nd: 1.2.3\n',
    { a: '1', b: 'yes', c: '2024-01-01', d: '1.2.3' },
  ],
  ['an alias', 'a: &x {k: 1}\nb: *x\n', { a: { k: 1 }, b: { k: 1 } }],
  ['a merged map', 'a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\n', { a: { k: 1 }, b: { k: 1, l: 2 } }],
  ['a number as key', '1: x\n', { 1: 'x' }],
  [
    '64-bit integers',
    'a: 9223372036854775807\nb: 9007199254740991\nc: -1\n',
    { a: 9223372036854775807n, b: 9007199254740991, c: -1 },
  ],
  ['64-bit integers in JSON', '{"a": [18446744073709551615]}', { a: [18446744073709551615n] }],
])('%s is read', (_, text, value) => {
  expect(valueOf(text)).toEqual(value);
});

test('a key named __proto__ is a key like others', () => {
  const value = valueOf('__proto__: {polluted: true}\n');
  expect(Object.keys(value ?? {})).toEqual(['__proto__']);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test.each([
  ['a key that stands twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', 'duplicate_key', 4, 3],
  ['a key that stands twice in JSON', '{"a": 1,\n "a": 2}', 'duplicate_key', 2, 2],
  ['a list that is never closed', 'a: [1, 2\nb: 3\n', 'syntax_error', 2, 1],
  ['wrong indentation', 'a:\n   b: 1\n  c: 2\n', 'syntax_error', 3, 1],
  ['a second document', 'a: 1\n---\nb: 2\n', 'multiple_documents', 2, 1],
  ['an alias to nothing', 'a:\n  - *nobody\n', 'unknown_alias', 2, 5],
])('%s is refused with its place', (_, text, code, line, column) => {
  expect(problemsOf(text)[0]).toMatchObject({ code, file: 'a.yaml', line, column });
});

test('all syntax errors are told at once', () => {
  expect(problemsOf('a: 1\na: 2\nb: 1\nb: 2\n').map(({ line }) => line)).toEqual([2, 4]);
});

test.each([
  ['[', '['.repeat(100_000)],
  ['closed brackets', '['.repeat(3_000) + ']'.repeat(3_000)],
  ['- ', '- '.repeat(50_000)],
  ['a little too much', `${'['.repeat(66)}${']'.repeat(66)}`],
])('nesting by %s is refused and does not exhaust the stack', (_, text) => {
  expect(problemsOf(text)).toMatchObject([{ code: 'document_too_deep' }]);
});

test('reasonable nesting is read', () => {
  expect(valueOf(`${'['.repeat(60)}${']'.repeat(60)}`)).toBeInstanceOf(Array);
});

test('an alias bomb is refused', () => {
  const letters = 'abcdefghi'.split('');
  const lines = letters.map((name, level) => {
    const inner = level === 0 ? '"x"' : `*${letters[level - 1] ?? ''}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => inner).join(', ')}]`;
  });
  expect(problemsOf(lines.join('\n'))).toMatchObject([{ code: 'too_many_aliases' }]);
});

test('a document above the limit is refused before it is parsed', () => {
  const [problem] = problemsOf(`a: "${'x'.repeat(DOCUMENT_LIMIT_BYTES)}"`);
  expect(problem).toMatchObject({ code: 'document_too_large', file: 'a.yaml' });
  expect(problem?.message).toContain(String(DOCUMENT_LIMIT_BYTES));
});

test.each([
  [['a'], 'key', 1, 1],
  [['a'], 'value', 2, 3],
  [['a', 'b', 1, 'c'], 'value', 4, 11],
  [['a', 'b', 1, 'c'], 'key', 4, 7],
  [['a', 'b', 1, 'missing'], 'value', 4, 7],
  [['a', 'b', 9], 'value', 3, 5],
  [['x', 'k'], 'value', 6, 9],
  [[], 'value', 1, 1],
] as const)('%j (%s) stands at %i:%i', (path, part, line, column) => {
  const parsed = parseDocument('a:\n  b:\n    - c: 1\n    - c:  2\ny: &y\n  k:    3\nx: *y\n', 'a.yaml');
  expect(parsed.ok && parsed.value.origin.locate(path, part)).toMatchObject({ line, column });
});

test.each([
  ['a word', ['a', 'b', 0], 'value', 3, 12],
  ['a key', ['a', 'b'], 'key', 2, 4],
  ['a block of text', ['a', 'c'], 'value', 6, 1],
  ['a key of a merged map', ['d', 'b', 0], 'value', 3, 12],
] as const)('%s ends behind its last character', (_, path, part, end_line, end_column) => {
  const parsed = parseDocument('a: &a\n  b:\n    - first\n  c: |\n    x\nd:\n  <<: *a\n', 'a.yaml');
  expect(parsed.ok && parsed.value.origin.locate(path, part)).toMatchObject({ end_line, end_column });
});

test('every problem of a document says what to do', () => {
  const broken = [
    'a: [1\n',
    'a: 1\na: 2\n',
    'a: 1\n---\nb: 2\n',
    'a: *nowhere\n',
    `a: ${'['.repeat(300)}${']'.repeat(300)}\n`,
    `a: "${'x'.repeat(DOCUMENT_LIMIT_BYTES)}"\n`,
    'a: &a [x]\nb: "\\q"\n',
  ];
  const silent = broken.flatMap(problemsOf).filter(({ remedy = '' }) => remedy === '');
  expect(broken.map((text) => problemsOf(text).length > 0)).toEqual(broken.map(() => true));
  expect(silent).toEqual([]);
});
