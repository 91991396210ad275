import { expect, test } from 'vitest';
import { renderTemplate } from './render-template.ts';
import type { Template } from './template.ts';

const template: Template = {
  service_config_template: 'lvm:\n  enabled: @LVM@\n',
  application_config_template: 'config:\n  user.ui.title: "@TITLE@ of @OWNER@ on @CLUSTER_NAME@"\n',
  variables: {
    TITLE: { description: '', default: 'Ours' },
    LVM: { description: '', default: 'true', type: 'boolean' },
  },
};

const toldOf = (given: Record<string, unknown>): string[] => {
  const rendered = renderTemplate(template, { OWNER: 'me', ...given }, '"branch"');
  return rendered.ok ? rendered.warnings.map(({ code, message }) => `${code}: ${message}`) : ['failed'];
};

test.each([
  [{ TITEL: 'x' }, 'The value of "TITEL" is not used: the template has no such variable; did you mean "TITLE"?'],
  [{ lvm: false }, 'The value of "lvm" is not used: the template has no such variable; did you mean "LVM"?'],
  [{ COLOUR: 'red' }, 'The value of "COLOUR" is not used: the template has no such variable'],
  // What has a value is not what was meant.
  [{ TITLE: 'x', TITEL: 'y' }, 'The value of "TITEL" is not used: the template has no such variable'],
  [
    { CLUSTER_NAME: 'x' },
    'The value of "CLUSTER_NAME" is not used: it is a built-in variable, and the template defines none',
  ],
])('a value that goes nowhere is told: %j', (given, told) => {
  expect(toldOf(given)).toEqual([`value_unused: ${told}`]);
});

test('what is defined, and as in OC what only stands in a text, is used', () => {
  expect(toldOf({ TITLE: 'x', LVM: false })).toEqual([]);
});
