import { expect, test } from 'vitest';
import { renderTemplate } from './render-template.ts';
import type { TypedVariable, VariableType } from './template.ts';
import { readTypedValue } from './typed-values.ts';

const variable = (type: VariableType, more: Partial<TypedVariable> = {}): TypedVariable => ({
  description: '',
  default: '',
  type,
  ...more,
});
const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n';

test.each<[VariableType, unknown, unknown]>([
  ['string', '007', '007'],
  ['string', 7, '7'],
  ['string', '', ''],
  ['integer', 42, 42],
  ['integer', '42', 42],
  ['integer', '9007199254740993', 9007199254740993n],
  ['integer', 9007199254740993n, 9007199254740993n],
  ['number', 1.5, 1.5],
  ['number', '-2e3', -2000],
  ['boolean', false, false],
  ['boolean', 'true', true],
  ['list', ['a', 1], ['a', 1]],
  ['list', '[a, 1]', ['a', 1]],
  ['map', { a: { b: null } }, { a: { b: null } }],
  ['map', '{}', {}],
  ['ip', '10.0.0.11', '10.0.0.11'],
  ['ip', 'fd42::1', 'fd42::1'],
  ['ip', '::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ['cidr', '10.0.0.0/24', '10.0.0.0/24'],
  ['cidr', 'fd42::/64', 'fd42::/64'],
  ['mac', '00:16:3e:AB:cd:ef', '00:16:3e:AB:cd:ef'],
  ['size', '512MiB', '512MiB'],
  ['size', 1024, '1024'],
  ['duration', '1h30m', '1h30m'],
  ['fingerprint', 'ab'.repeat(32), 'ab'.repeat(32)],
  ['pem', pem, pem],
])('a %s takes %o', (type, given, value) => {
  expect(readTypedValue(variable(type), given)).toEqual({ ok: true, value });
});

test.each<[VariableType, unknown]>([
  ['string', ['a']],
  ['integer', 1.5],
  ['integer', '0x10'],
  ['integer', ''],
  ['integer', true],
  ['number', 'NaN'],
  ['number', 'Infinity'],
  ['boolean', 'yes'],
  ['boolean', 1],
  ['list', 'a'],
  ['list', { a: 1 }],
  ['map', '[a]'],
  ['map', null],
  ['ip', '10.0.0.256'],
  ['ip', '10.0.0.011'],
  ['ip', '1::2::3'],
  ['ip', '1:2:3:4:5:6:7'],
  ['ip', '10.0.0.1\n'],
  ['cidr', '10.1.2.0'],
  ['cidr', '10.0.0.0/33'],
  ['mac', '02:16:3e:12:34'],
  ['size', '12 parsecs'],
  ['duration', '5 minutes'],
  ['fingerprint', 'abc'],
  ['pem', 'MIIB'],
  ['pem', key],
  ['string', `here: ${key}`],
])('a %s refuses %o, and does not repeat it', (type, given) => {
  const read = readTypedValue(variable(type), given);
  expect(read.ok).toBe(false);
  // Short ones stand in what is expected, or by chance.
  const shown = typeof given === 'string' && given.length > 4 ? given.slice(0, 12) : 'never';
  expect(JSON.stringify(read)).not.toContain(shown);
});

test.each<[Partial<TypedVariable> & { type: VariableType }, unknown, boolean]>([
  [{ type: 'enum', enum: ['zfs', 'dir'] }, 'dir', true],
  [{ type: 'enum', enum: ['zfs', 'dir'] }, 'btrfs', false],
  [{ type: 'integer', enum: ['1', '2'] }, 2, true],
  [{ type: 'string', pattern: 'rack-\\d+' }, 'rack-12', true],
  [{ type: 'string', pattern: 'rack-\\d+' }, 'rack-12\nx', false],
  [{ type: 'integer', min: '1', max: '65535' }, 65535, true],
  [{ type: 'integer', min: '1', max: '65535' }, 0, false],
  [{ type: 'integer', min: '1', max: '65535' }, 70000, false],
  [{ type: 'size', min: '1GiB' }, '1GB', false],
  [{ type: 'size', min: '1GiB' }, '2GB', true],
  [{ type: 'duration', max: '1h' }, '61m', false],
  [{ type: 'string', min: '2' }, 'a', false],
  [{ type: 'list', max: '2' }, [1, 2, 3], false],
  [{ type: 'pem', secret: true }, key, true],
])('%o: %o is taken or not', (definition, given, fits) => {
  expect(readTypedValue(variable(definition.type, definition), given).ok).toBe(fits);
});

const typed = (type: VariableType, more: Partial<TypedVariable> = {}) => ({ V: variable(type, more) });
const render = (services: string, variables: Record<string, TypedVariable>, values: Record<string, unknown>) => {
  const rendered = renderTemplate(
    { service_config_template: services, application_config_template: '', variables },
    values,
    '"t"',
  );
  return rendered.ok ? rendered.services.value : rendered.problems.map(({ code }) => code);
};

test.each<[string, string, VariableType, unknown, unknown]>([
  ['alone', 'a: @V@', 'integer', 7, { a: 7 }],
  ['in quotes', 'a: "@V@"', 'integer', 7, { a: '7' }],
  ['in a text', 'a: port @V@ of @V@@V@', 'integer', 7, { a: 'port 7 of 77' }],
  ['in a list', 'a: [@V@, 1]', 'list', ['x'], { a: [['x'], 1] }],
  ['as a list', 'a:\n- @V@\n- b: @V@\n', 'string', 'x: y', { a: ['x: y', { b: 'x: y' }] }],
  ['as a key', '@V@: 1', 'string', 'a: b', { 'a: b': 1 }],
  ['as a key that YAML knows', 'x:\n  @V@: {a: 1}', 'string', '<<', { x: { '<<': { a: 1 } } }],
  ['in a block', 'a: |\n  >@V@<\n', 'pem', pem, { a: `>${pem}<\n` }],
  ['in a comment', 'a: 1 # @V@', 'string', '\nb: 2', { a: 1 }],
  ['as a whole document', '@V@', 'map', { lvm: { enabled: true } }, { lvm: { enabled: true } }],
  ['a number too large for a double', 'a: @V@', 'integer', '9007199254740993', { a: 9007199254740993n }],
  ['two are one key', '@V@: 1\nb: 2', 'string', 'b', ['duplicate_key']],
  ['a list inside of a text', 'a: x@V@', 'list', [1], ['value_not_text']],
  ['a list in quotes', 'a: "@V@"', 'list', [1], ['value_not_text']],
])('a typed value is put into the tree: %s', (_, text, type, value, expected) => {
  expect(render(text, typed(type), { V: value })).toEqual(expected);
});

test('a variable that may be left out takes its place with it', () => {
  const variables = typed('string', { required: false });
  expect(render('a: @V@\nb: [@V@, 1]\nc: "x@V@"\n', variables, {})).toEqual({ b: [1], c: 'x' });
  expect(render('a: @V@', variables, { V: null })).toEqual({});
  expect(render('a: @V@', variables, { V: '' })).toEqual({ a: '' });
  expect(render('a: @V@', typed('string'), {})).toEqual(['value_missing']);
  expect(render('a: @V@', typed('integer', { default: '7' }), {})).toEqual({ a: 7 });
});

test('characters for private use in a template or beside a typed value stay what they are', () => {
  const marks = '\ue000\ue000\ue000';
  const variables = { U: { description: '', default: '' }, V: variable('string') };
  const services = `${marks}: "@U@"\nv: @V@\n`;
  const rendered = renderTemplate(
    { service_config_template: services, application_config_template: '', variables },
    { U: '\ue001\ue001\ue001', V: 'x' },
    '"t"',
  );
  expect(rendered).toMatchObject({
    ok: true,
    services: { value: { [marks]: '\ue001\ue001\ue001', v: 'x' } },
    warnings: [],
  });
});
