import { expect, test } from 'vitest';
import { proposeTypes } from './propose-types.ts';
import { renderTemplate } from './render-template.ts';
import type { Template } from './template.ts';

const template = (services: string, defaults: Record<string, string>): Template => ({
  service_config_template: services,
  application_config_template: '',
  variables: Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { description: '', default: value }]),
  ),
});
const typesOf = (given: Template) =>
  Object.fromEntries(Object.entries(proposeTypes(given)).map(([name, { type }]) => [name, type]));

test.each<[string, string, string, string]>([
  ['a word of truth', 'a: @V@', 'true', 'boolean'],
  ['the same in quotes', 'a: "@V@"', 'true', 'string'],
  ['a number', 'a: @V@', '4420', 'integer'],
  ['a number in a text', 'a: port @V@', '4420', 'string'],
  ['a number that would lose its end', 'a: @V@', '7.10', 'string'],
  ['a number with leading zeros', 'a: @V@', '007', 'string'],
  ['an address', 'a: @V@', '10.0.0.11', 'ip'],
  ['a network', 'a: "@V@"', '10.0.0.0/24', 'cidr'],
  ['a size', 'a: @V@', '10GiB', 'size'],
  ['a list', 'a: @V@', '[1, 2]', 'list'],
  ['words', 'a: @V@', 'my cluster', 'string'],
  ['nothing', 'a: @V@', '', 'string'],
])('a type is proposed by the default: %s', (_, text, value, type) => {
  expect(typesOf(template(text, { V: value }))).toEqual({ V: type });
});

test('with the proposed types the same comes out', () => {
  const given = template('a: @A@\nb: "@B@"\nc: [@C@, @D@]\ne: x @B@\n', { A: 'true', B: '12', C: '10.0.0.1', D: '-3' });
  const before = renderTemplate(given, {}, '');
  const after = renderTemplate({ ...given, variables: proposeTypes(given) }, {}, '');
  expect(after.ok && after.services.value).toEqual(before.ok && before.services.value);
});

test('a variable that is a piece of YAML gets no type', () => {
  expect(typesOf(template('@V@\nx: [@W@', { V: 'a: 1', W: '1]' }))).toEqual({ V: undefined, W: undefined });
});
