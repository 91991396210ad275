import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { parseDocument } from '../document.ts';
import { renderTemplate } from './render-template.ts';
import type { TemplateVariable } from './template.ts';

/** Whatever YAML, our marks, JavaScript's replacing and our own tokens give a meaning to. */
const pieces = [
  ...[
    ': ',
    '- ',
    ' #',
    '\n',
    '\n  ',
    '\t',
    '\r\n',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ',',
    '&a ',
    '*a',
    '!!str ',
    '<<',
    '? ',
  ],
  ...[
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '|',
    '>',
    '@V@',
    '@',
    '@SERVER_NAME@',
    '${x}',
    '$&',
    '$1',
    '\\',
    '\\n',
    '`',
    '~',
  ],
  ...['\u0000', '\u0007', '\ufeff', '\u2028', '\ue000', '\ue000\ue000\ue000', '\ue001', '🙂', 'é', '\ud800'],
  ...['true', 'null', 'yes', '007', '0x1F', '1e3', '.inf', '2026-11-22', '7.10', '9007199254740993', '12:30:45'],
  ...['__proto__', 'constructor', 'a', 'lvm', 'enabled: false', ' ', '   ', 'x'.repeat(300)],
];

/** The same values each time: 16-bit xorshift is random enough to mix pieces. */
function* hostileTexts(count: number): Generator<string> {
  let state = 0x2a6d365a;
  const next = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  for (const piece of pieces) yield piece;
  for (let made = pieces.length; made < count; made += 1)
    yield Array.from({ length: 1 + next(6) }, () => pieces[next(pieces.length)] ?? '').join('');
}

const count = 5_000;
const variable: TemplateVariable = { description: '', default: '' };
const render = (services: string, V: TemplateVariable, value: unknown) =>
  renderTemplate(
    { service_config_template: services, application_config_template: '', variables: { V } },
    { V: value },
    '"t"',
  );

const everywhere = `
plain: @V@
flow: {in: [@V@, {deep: @V@}], after: 1}
list:
  - @V@
  - key of @V@: here
quoted: "@V@"
single: '@V@'
text: before @V@ and @V@@V@ behind
block: |
  first @V@
  last
folded: >-
  @V@
anchor: &base {b: @V@}
alias: *base
merged: {<<: *base, c: 1}
comment: 1 # @V@
last: true
`;
const wanted = (value: unknown, text: string) => ({
  plain: value,
  flow: { in: [value, { deep: value }], after: 1 },
  list: [value, { [`key of ${text}`]: 'here' }],
  quoted: text,
  single: text,
  text: `before ${text} and ${text}${text} behind`,
  block: `first ${text}\nlast\n`,
  folded: text,
  anchor: { b: value },
  alias: { b: value },
  merged: { b: value, c: 1 },
  comment: 1,
  last: true,
});

/** What did not come as it should; a few are enough to see why. */
type Wrong = { text: string; got: unknown; wanted: unknown };
const compare = (wrong: Wrong[], text: string, got: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(got, expected)) wrong.push({ text, got, wanted: expected });
};

test(`${count} hostile texts through a typed variable: the shape stays, and each arrives equal to itself`, () => {
  const wrong: Wrong[] = [];
  for (const text of hostileTexts(count)) {
    const rendered = render(everywhere, { ...variable, type: 'string' }, text);
    compare(wrong, text, rendered.ok ? rendered.services.value : rendered.problems, wanted(text, text));
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});

test(`${count} hostile lists and maps: each arrives equal to itself`, () => {
  const wrong: Wrong[] = [];
  const check = (text: string, type: 'list' | 'map', value: unknown): void => {
    const rendered = render('a: @V@\nb: [@V@]\n', { ...variable, type }, value);
    compare(wrong, text, rendered.ok ? rendered.services.value : rendered.problems, { a: value, b: [value] });
  };
  for (const text of hostileTexts(count)) {
    check(text, 'list', [text, { [text]: [text, 7, null] }]);
    check(text, 'map', { [text]: { x: text, y: [true] } });
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});

test(`${count} hostile texts through an untyped variable: what OC makes of them, with a warning where it is another shape`, () => {
  const template = 'a: @V@\nb: [x, "@V@"]\nc: z\n';
  const wrong: Wrong[] = [];
  const seen = { refused: 0, asMeant: 0, other: 0 };
  for (const text of hostileTexts(count)) {
    // OC: the text goes in, then YAML is read.
    const plainly = parseDocument(template.split('@V@').join(text), '');
    const rendered = render(template, variable, text);
    compare(
      wrong,
      text,
      rendered.ok ? rendered.services.value : 'refused',
      plainly.ok ? plainly.value.value : 'refused',
    );
    const asMeant = rendered.ok && isAsMeant(rendered.services.value, text);
    compare(wrong, text, rendered.ok ? rendered.warnings.length : 0, rendered.ok && !asMeant ? 1 : 0);
    seen[rendered.ok ? (asMeant ? 'asMeant' : 'other') : 'refused'] += 1;
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  // All three are among them, or this would say nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
});

/** The template's own shape with the text itself in it, or with the word of YAML that the text is. */
function isAsMeant(value: unknown, text: string): boolean {
  const { a, ...rest } = Object(value) as Record<string, unknown>;
  const isWord = typeof a !== 'string' && (typeof a !== 'object' || a === null) && /^[\w.+~:-]*$/.test(text);
  return (a === text || isWord) && isDeepStrictEqual(rest, { b: ['x', text], c: 'z' });
}
