import { expect, test } from 'vitest';
import { normalisePreseed } from '../preseed.ts';
import { normaliseServices } from '../services-config.ts';
import { checkTemplate } from './check-template.ts';
import { renderTemplate } from './render-template.ts';
import type { TemplateVariable } from './template.ts';

type Said = Partial<TemplateVariable>;
const template = (service_config_template: string, application_config_template: string, V: Said) => ({
  ...{ service_config_template, application_config_template },
  variables: { V: { description: '', default: '', ...V } },
});
const nvme = (more: string) =>
  `nvme:\n  enabled: true\n  targets:\n    - {transport: tcp, address: 192.0.2.1, ${more}}\n`;

test.each<[string, string, string, Said, string]>([
  [
    'an integer where text belongs',
    'netbird:\n  enabled: true\n  admin_url: @V@\n',
    '',
    { type: 'integer', example: '7' },
    'service config of the template:3:14: netbird.admin_url: @V@ is a variable of type integer, and text belongs here',
  ],
  [
    'an enum where true or false belongs',
    'lvm:\n  enabled: @V@\n',
    '',
    { type: 'enum', enum: ['true', 'false'] },
    'service config of the template:2:12: lvm.enabled: @V@ is a variable of type enum, and true or false belongs here',
  ],
  [
    'a number in quotes',
    nvme('port: "@V@"'),
    '',
    { type: 'integer', example: '7' },
    'service config of the template:4:50: nvme.targets[0].port: @V@ is part of a text, and a whole number belongs here',
  ],
  [
    'a list where a map belongs',
    '',
    'config: @V@\n',
    { type: 'list' },
    'application config of the template:1:9: config: @V@ is a variable of type list, and a map belongs here',
  ],
  [
    'a map where a value belongs',
    '',
    'config:\n  user.x: @V@\n',
    { type: 'map', secret: true },
    'application config of the template:2:11: config["user.x"]: @V@ is a variable of type map, and text, a number, true or false belongs here',
  ],
])('a hole that no value of its type fits: %s', (_, services, application, said, message) => {
  const report = checkTemplate(template(services, application, said));
  expect(report.problems).toEqual([{ code: 'hole_misfit', message, variable: 'V' }]);
});

test.each<[string, string, string, Said]>([
  [
    'a secret of which nothing is known',
    'netbird: {enabled: true, setup_key: @V@}\n',
    '',
    { type: 'string', secret: true, min: '40' },
  ],
  ['a list of targets', 'nvme: {enabled: true, targets: @V@}\n', '', { type: 'list', min: '1' }],
  [
    'a form that no sample has',
    '',
    'storage_pools:\n  - {name: a, driver: @V@}\n',
    { type: 'string', pattern: 'z[f]s' },
  ],
  ['a number where Incus makes text of it', '', 'config: {user.x: @V@}\n', { type: 'integer' }],
  ['text in quotes', '', 'config: {user.x: "no @V@"}\n', { type: 'number' }],
])('a hole that some value fits: %s', (_, services, application, said) => {
  expect(checkTemplate(template(services, application, said))).toEqual({ problems: [], warnings: [] });
});

test('an example that does not fit is told at its place; without one that cannot be told', () => {
  const volume = 'storage_volumes:\n  - {name: v, pool: local, type: @V@}\n';
  const message = 'application config of the template:2:34: storage_volumes[0].type: only custom volumes can be made';
  expect(checkTemplate(template('', volume, { type: 'string', example: 'odd' }))).toEqual({
    problems: [{ code: 'example_fails', message, variable: 'V' }],
    warnings: [],
  });
  const unsure = checkTemplate(template('', volume, { type: 'string' }));
  expect(unsure).toMatchObject({ problems: [], warnings: [{ code: 'no_example', variable: 'V' }] });
});

test('two names that are alike only for want of examples are no mistake', () => {
  const one = { description: '', default: '', type: 'string' as const };
  const application_config_template = 'projects:\n  - {name: @A@}\n  - {name: @B@}\n';
  const report = checkTemplate({
    service_config_template: '',
    application_config_template,
    variables: { A: one, B: one },
  });
  expect(report).toEqual({ problems: [], warnings: [] });
});

test('a value of a type is what arrives, and where it does not belong that is told', () => {
  const rendered = renderTemplate(
    template('netbird: {enabled: true, admin_url: @V@}\n', 'config: {user.x: @V@}\n', { type: 'integer' }),
    { V: 7 },
    '"t"',
  );
  if (!rendered.ok) throw new Error('it renders');
  const { services, application } = rendered;
  const read = normaliseServices(services.value, services.origin);
  expect(read).toMatchObject({ ok: false, problems: [{ code: 'wrong_type', path: 'netbird.admin_url', column: 37 }] });
  expect(normalisePreseed(application.value, application.origin)).toMatchObject({
    value: { config: { 'user.x': '7' } },
    warnings: [],
  });
});
