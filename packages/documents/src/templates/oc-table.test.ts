import { expect, test } from 'vitest';
import { checkVariables } from './check-variables.ts';
import { renderTemplate } from './render-template.ts';
import type { TemplateVariables } from './template.ts';

/** What OC's own unit tests ask of templates, as black-box cases; what `@NAME@` is, and what becomes of values. */

const template = (services: string, application: string, variables: Record<string, string>) => ({
  service_config_template: services,
  application_config_template: application,
  variables: Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, { description: '', default: value }]),
  ) satisfies TemplateVariables,
});
test.each([
  ['valid', template('a: @A@', 'b: @B@', { A: '', B: '1' }), undefined],
  ['empty texts', template('', '', {}), undefined],
  ['no YAML before the values are in', template('enabled: @A@', '', { A: '' }), undefined],
  [
    'a name with a dash',
    template('a: @A-B@', '', { 'A-B': '' }),
    expect.stringMatching(/^Varible "A-B" does not match the expected pattern/),
  ],
  [
    'an empty name',
    template('a: @@', '', { '': '' }),
    expect.stringMatching(/^Varible "" does not match the expected pattern/),
  ],
  // OC's pattern is not anchored, so it lets this pass and then never puts anything in.
  [
    'a token inside of a name',
    template('a: @x@b@', '', { 'x@b': '', x: '' }),
    expect.stringMatching(/^Varible "x@b" does not match the expected pattern/),
  ],
  ['defined but unused', template('a: 1', '', { A: '' }), 'Defined variable "A" is not used in any template'],
  [
    'unknown in the services',
    template('a: @A@', '', {}),
    'Variable "A" used in the service config template is not contained in the variable definitions',
  ],
  [
    'unknown in the application',
    template('', 'a: @A@', {}),
    'Variable "A" used in the application config template is not contained in the variable definitions',
  ],
  [
    'a password between at signs',
    template('a: p@ss@word', '', {}),
    'Variable "ss" used in the service config template is not contained in the variable definitions',
  ],
  [
    'tokens that touch: the second is none',
    template('a: @A@B@', '', { A: '', B: '' }),
    'Defined variable "B" is not used in any template',
  ],
  ['a name that we have built in', template('a: @SERVER_NAME@', '', {}), undefined],
])('a template is kept or refused: %s', (_, given, first) => {
  const [problem] = checkVariables(given);
  expect(problem?.message).toEqual(first);
});

test.each<[string, ReturnType<typeof template>, Record<string, unknown>, unknown, unknown]>([
  ['empty texts', template('', '', {}), {}, {}, {}],
  [
    'a value, a default and what stands there',
    template('a: @A@\nb: @B@\nc: static\n', '', { A: '', B: 'default' }),
    { A: 'value' },
    { a: 'value', b: 'default', c: 'static' },
    {},
  ],
  [
    'types come from YAML',
    template('a: @A@\nb: "@A@"\nc: @B@', '', { A: '', B: '' }),
    { A: true, B: 42 },
    { a: true, b: 'true', c: 42 },
    {},
  ],
  [
    'numbers and booleans as text',
    template('a: "@A@ @B@ @C@"', '', { A: '', B: '', C: '' }),
    { A: 1.5, B: false, C: null },
    { a: '1.5 false ' },
    {},
  ],
  ['a value wins although it is empty', template('a: "@A@"', '', { A: 'default' }), { A: '' }, { a: '' }, {}],
  ['values that nobody asked for', template('a: 1', '', {}), { B: 'x' }, { a: 1 }, {}],
  [
    'a value is not looked at again',
    template('a: "@A@"\nb: "@B@"', '', { A: '', B: '' }),
    { A: '@B@', B: '@A@' },
    { a: '@B@', b: '@A@' },
    {},
  ],
  [
    'a value can be a piece of YAML',
    template('@A@', 'x: @B@', { A: '', B: '' }),
    { A: 'lvm: {enabled: true}', B: '[1, 2]' },
    { lvm: { enabled: true } },
    { x: [1, 2] },
  ],
  ['a value in a comment', template('a: 1 # @A@', '', { A: '' }), { A: 'x' }, { a: 1 }, {}],
  [
    'yes and on are text',
    template('a: @A@\nb: @B@', '', { A: '', B: '' }),
    { A: 'yes', B: 'on' },
    { a: 'yes', b: 'on' },
    {},
  ],
])('a template comes to both documents: %s', (_, given, values, services, application) => {
  const rendered = renderTemplate(given, values, '"t"');
  if (!rendered.ok) throw new Error(JSON.stringify(rendered.problems));
  expect([rendered.services.value, rendered.application.value]).toEqual([services, application]);
});

test.each<[string, ReturnType<typeof template>, Record<string, unknown>, string, string]>([
  [
    'neither value nor default',
    template('a: @A@', '', { A: '' }),
    {},
    'values',
    'No value provided for variable "A", which is required, since it has no default value defined',
  ],
  ['bad YAML in the services', template('a: @A@', '', { A: '' }), { A: '[' }, 'services', expect.any(String)],
  ['bad YAML in the application', template('', 'a: @A@', { A: '' }), { A: '[' }, 'application', expect.any(String)],
  ['services that are no map', template('- 1', '', {}), {}, 'services', 'expected a map of keys and values'],
  ['an application that is no map', template('', '7', {}), {}, 'application', 'expected a map of keys and values'],
  [
    'a list for a text',
    template('a: @A@', '', { A: '' }),
    { A: [1] },
    'values',
    'Variable "A" takes text, a number, true or false, and was given a list',
  ],
])('a template comes to nothing: %s', (_, given, values, what, told) => {
  const rendered = renderTemplate(given, values, '"t"');
  expect(rendered).toMatchObject({ ok: false, what, problems: [{ message: told }] });
});

test('a warning names the place and what came out, and never a value, even where it became a key', () => {
  const rendered = renderTemplate(template('a:\n  b: @A@\n', '', { A: '' }), { A: 'x\n  hunter22: y' }, '"t"');
  expect(rendered).toMatchObject({ ok: true, services: { value: { a: { b: 'x', hunter22: 'y' } } } });
  expect(rendered.ok && rendered.warnings.map(({ message }) => message)).toEqual([
    'a value that is put in as text is not what comes out: a comes to a map of 2 as text, and to a map of 1 as a value. Give its variable a type, and it is put in as it is',
  ]);
});

test("a name that is built in is the template's to define, and not that of who gives values", () => {
  const outcome = (variables: Record<string, string>) => {
    const given = template('a: @CLUSTER_NAME@', '', variables);
    const rendered = renderTemplate(given, { CLUSTER_NAME: 'yours' }, '"t"');
    return rendered.ok ? [rendered.services.value, rendered.builtIns] : rendered.problems;
  };
  expect(outcome({})).toEqual([{ a: '@CLUSTER_NAME@' }, ['CLUSTER_NAME']]);
  expect(outcome({ CLUSTER_NAME: 'mine' })).toEqual([{ a: 'yours' }, []]);
});
