import { nearestWord } from '../nearest-word.ts';
import { isBuiltIn } from './built-ins.ts';
import type { Template, TemplateWarning } from './template.ts';
import { namesIn } from './tokens.ts';

/** Values that go nowhere: most are misspelt, and the default stands where they should. OC drops them without a word. */
export function findUnusedValues(template: Template, given: Readonly<Record<string, unknown>>): TemplateWarning[] {
  const { variables } = template;
  // As in OC, what nobody defined is put in where its name stands.
  const inTexts = new Set([template.service_config_template, template.application_config_template].flatMap(namesIn));
  const unused = Object.keys(given).filter(
    (name) => !Object.hasOwn(variables, name) && (isBuiltIn(name) || !inTexts.has(name)),
  );
  const open = Object.keys(variables).filter((name) => !Object.hasOwn(given, name));
  return unused.map((name) => ({ code: 'value_unused', message: tell(name, open) }));
}

function tell(name: string, open: readonly string[]): string {
  const quoted = JSON.stringify(name.slice(0, 80));
  if (isBuiltIn(name))
    return `The value of ${quoted} is not used: it is a built-in variable, and the template defines none`;
  const near = nearestWord(name, open);
  return `The value of ${quoted} is not used: the template has no such variable${near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`}`;
}
