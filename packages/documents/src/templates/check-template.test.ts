import { expect, test } from 'vitest';
import { checkTemplate } from './check-template.ts';
import type { TemplateVariable } from './template.ts';

type Said = Partial<TemplateVariable>;
const report = (services: string, application: string, variables: Record<string, Said>) =>
  checkTemplate({
    service_config_template: services,
    application_config_template: application,
    variables: Object.fromEntries(
      Object.entries(variables).map(([name, said]) => [name, { description: '', default: '', ...said }]),
    ),
  });
const codes = (...given: Parameters<typeof report>) => {
  const { problems, warnings } = report(...given);
  return { problems: problems.map(({ code }) => code), warnings: warnings.map(({ code }) => code) };
};
const nvme = 'nvme:\n  enabled: @ON@\n  targets: [{transport: tcp, address: @IP@, port: @PORT@}]\n';
const ofNvme: Record<string, Said> = {
  ON: { type: 'boolean' },
  IP: { type: 'ip' },
  PORT: { type: 'integer', max: '65535' },
};

test('a typed template is tried with values of its types', () => {
  expect(codes(nvme, '', ofNvme)).toEqual({ problems: [], warnings: [] });
});

test.each<[string, string, string, Record<string, Said>, string[]]>([
  ['no YAML', 'a: [@V@', '', { V: { type: 'string' } }, ['template_syntax']],
  ['a service that is no map', 'lvm: @V@', '', { V: { type: 'integer' } }, ['hole_misfit']],
  ['a preseed of the wrong shape', '', 'networks: @V@', { V: { type: 'map' } }, ['hole_misfit']],
  ['a list inside of a text', '', 'config: {a: "x @V@"}', { V: { type: 'list' } }, ['example_fails']],
  ['an example that is none', 'a: {b: @V@}', '', { V: { type: 'ip', example: 'x' } }, ['variable_definition']],
  ['a default that is none', 'a: {b: @V@}', '', { V: { type: 'integer', default: 'x' } }, ['variable_definition']],
  [
    'a secret with a default',
    'a: {b: @V@}',
    '',
    { V: { type: 'string', secret: true, default: 'x' } },
    ['variable_definition'],
  ],
  ['an enum without words', 'a: {b: @V@}', '', { V: { type: 'enum' } }, ['variable_definition']],
  ['a limit that is none', 'a: {b: @V@}', '', { V: { type: 'size', min: 'x' } }, ['variable_definition']],
  ['a pattern that is none', 'a: {b: @V@}', '', { V: { type: 'string', pattern: '(' } }, ['variable_definition']],
  ['a pattern without an end', 'a: {b: @V@}', '', { V: { type: 'string', pattern: '(a+)+' } }, ['variable_definition']],
  ['a limit without a type', 'a: {b: @V@}', '', { V: { min: '1' } }, ['variable_definition']],
  ['an unused one', 'a: {}', '', { V: { type: 'string' } }, ['variable_unused']],
])('a template with a type is refused: %s', (_, services, application, variables, problems) => {
  expect(codes(services, application, variables).problems).toEqual(problems);
});

test.each<[string, string, string, Record<string, Said>, string[]]>([
  ['nothing to try it with', 'a: {b: @V@}', '', { V: {} }, ['no_example']],
  [
    'a pattern that nobody can guess',
    '',
    'certificates: [{name: a, certificate: @V@}]',
    { V: { type: 'string', pattern: '[0-9]{4}' } },
    ['no_example'],
  ],
  ['no use with its defaults', 'lvm: @V@', '', { V: { default: '1' } }, ['example_fails']],
  ['a text that is no document with its defaults', 'a: @V@', '', { V: { default: '[' } }, ['example_fails']],
  ['a default that comes out otherwise', 'a:\n  b: @V@\n', '', { V: { default: 'x # y' } }, ['template_text_differs']],
])('a template is kept, and its author warned: %s', (_, services, application, variables, warnings) => {
  expect(codes(services, application, variables)).toEqual({ problems: [], warnings });
});

test.each([
  ['rack-[0-9]+', true],
  ['(?:[0-9]{1,3}\\.){3}[0-9]{1,3}', true],
  ['(?:[a-z]+\\.)?x', true],
  ['(a+)+', false],
  ['(a|a)*', false],
  ['((ab*){2}){9}', false],
  ['a*b*c*d*', false],
  ['a*b*c*', true],
  ['(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}', true],
  ['[a-z]([a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z]+)??', true],
  ['(?<kind>dev|prod)-\\d{2,}', true],
  // Each of these took longer than anybody waits, though nothing in them repeats without an end.
  [`${'a?'.repeat(60)}${'a'.repeat(60)}`, false],
  [`${'(?:a|a)'.repeat(28)}b`, false],
  [`${'a{0,99}'.repeat(20)}b`, false],
  [`${'(?:a{0,4}){0,4}'.repeat(5)}b`, false],
  [`${'(?:|)'.repeat(39)}b`, false],
  ['(a)\\1', false],
  ['(?=a)b', false],
  ['x'.repeat(201), false],
])('the pattern %s is taken or not', (pattern, isTaken) => {
  const { problems } = report('a: {b: @V@}', '', { V: { type: 'string', pattern } });
  expect(problems.map(({ code }) => code)).toEqual(isTaken ? [] : ['variable_definition']);
});

test('a field that nobody knows is told when the template is saved, and keeps it from nothing', () => {
  expect(codes(nvme.replace('port:', 'prt:'), 'profles: []\n', ofNvme)).toEqual({
    problems: [],
    warnings: ['unknown_field', 'unknown_field'],
  });
});
