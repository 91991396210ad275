import { expect, test } from 'vitest';
import { checkTemplate } from './check-template.ts';
import { parseRules } from './read-variables.ts';
import { renderTemplate } from './render-template.ts';
import type { Template, TemplateVariables } from './template.ts';
import { schemaOfValues } from './variables-schema.ts';

const one = { description: '', default: '' };
const variables: TemplateVariables = {
  MIN: { ...one, type: 'integer', example: '3' },
  MAX: { ...one, type: 'integer', example: '5' },
  WORD: { ...one, type: 'string', secret: true },
  QUOTA: { ...one, type: 'size', example: '2GiB' },
  GRACE: { ...one, type: 'duration', example: '2m' },
  MODE: { ...one, type: 'enum', enum: ['a', 'b'], example: 'a' },
  LIST: { ...one, type: 'list', example: '[1, 2]' },
  MAYBE: { ...one, type: 'string', required: false },
  PLAIN: { ...one, default: '7' },
  ADMIN_PASSWORD: { ...one, default: 'change me' },
};
const application_config_template = `config:\n${Object.keys(variables)
  .map((name) => `  user.${name}: "${name === 'LIST' ? 'x' : `@${name}@`}"\n`)
  .join('')}  user.list: # @LIST@\n`;
const template = (...rules: { rule: string; message: string }[]): Template => ({
  ...{ service_config_template: '', application_config_template, variables, rules },
});
const rule = (text: string, message = 'it is so') => ({ rule: text, message });
const values = { MIN: 3, MAX: 5, WORD: 'hunter22', QUOTA: '2GiB', GRACE: '2m', MODE: 'a', LIST: [1, 2] };
const broken = (text: string, given: Record<string, unknown> = {}) => {
  const rendered = renderTemplate(template(rule(text, 'It must be so')), { ...values, ...given }, '"t"');
  return rendered.ok ? [] : rendered.problems.map(({ message }) => message);
};

test.each([
  'MIN <= MAX',
  'QUOTA >= 1024 * 1024 * 1024',
  'GRACE > duration("90s")',
  'MODE in ["a", "b"] and len(LIST) == 2',
  'WORD startsWith "hunter"',
  'MAYBE == "" or MAYBE contains "x"',
  'PLAIN == "7"',
])('values may satisfy a rule: %s', (text) => {
  expect(broken(text)).toEqual([]);
  expect(checkTemplate(template(rule(text))).problems).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['MIN <= MAX', { MIN: 9 }, 'It must be so (MIN is 9, MAX is 5; the rule is: MIN <= MAX)'],
  ['QUOTA >= 1024', { QUOTA: '1kB' }, 'It must be so (QUOTA is "1kB"; the rule is: QUOTA >= 1024)'],
  ['len(WORD) > 9', {}, 'It must be so (WORD is **redacted**; the rule is: len(WORD) > 9)'],
  ['ADMIN_PASSWORD == ""', {}, 'It must be so (ADMIN_PASSWORD is **redacted**; the rule is: ADMIN_PASSWORD == "")'],
  ['MAYBE != ""', {}, 'It must be so (MAYBE is not given; the rule is: MAYBE != "")'],
  ['PLAIN == "8"', {}, 'It must be so (PLAIN is "7"; the rule is: PLAIN == "8")'],
])('values that break a rule are refused: %s', (text, given, message) => {
  expect(broken(text, given)).toEqual([message]);
});

test('a rule that fails for these values is broken, and says why', () => {
  const [message] = broken('LIST[5] == 1');
  expect(message).toMatch(/^It must be so \(LIST is "\[1,2\]"; .*so it cannot be told/);
  const [hidden] = broken('int(WORD) > 1');
  expect(hidden).toBe('It must be so (WORD is **redacted**; it cannot be told; the rule is: int(WORD) > 1)');
});

test.each<[string, string, RegExp]>([
  ['no expression', 'MIN <', /^rule 1, "MIN <": character 6: /],
  ['a name that is none', 'MIN <= MAXX', /character 8: .*did you mean "MAX"/],
  ['types that never compare', 'MIN == MODE', /rule 1/],
  ['no truth', 'MIN + MAX', /a comparison/],
])('a template is refused for a rule with %s', (_, text, message) => {
  const { problems } = checkTemplate(template(rule(text)));
  expect(problems).toEqual([{ code: 'rule_invalid', message: expect.stringMatching(message), variable: null }]);
});

test('a rule without message, and one that the examples break, are refused; one of a stand-in is not tried', () => {
  expect(checkTemplate(template(rule('MIN <= MAX', ' '))).problems).toMatchObject([{ code: 'rule_invalid' }]);
  expect(checkTemplate(template(rule('MIN > MAX'), rule('WORD == "x"'))).problems).toEqual([
    {
      code: 'example_fails',
      message: 'with its example values: it is so (MIN is 3, MAX is 5; the rule is: MIN > MAX)',
      variable: 'MIN',
    },
  ]);
});

test('rules are read from a file, and stand in the schema of the values', () => {
  const read = parseRules('- {rule: MIN <= MAX, message: Turn them around}\n', 'rules.yaml');
  expect(read).toMatchObject({ ok: true, value: [{ rule: 'MIN <= MAX', message: 'Turn them around' }] });
  expect(parseRules('- {rul: x}\n', 'rules.yaml')).toMatchObject({ ok: false, problems: [{ line: 1 }] });
  expect(schemaOfValues('t', variables, [rule('a')])).toMatchObject({ 'x-rules': [rule('a')] });
  expect(schemaOfValues('t', variables)).not.toHaveProperty('x-rules');
});
