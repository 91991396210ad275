import {
  evaluate,
  type Fields,
  type FieldType,
  type Filter,
  FilterFailure,
  parseFilter,
} from '@operations-center/filter';
import { isSecretName, REDACTED } from '@operations-center/fleet-protocol';
import type { Examples } from './example-values.ts';
import type { Values } from './read-values.ts';
import type { Template, TemplateProblem, TemplateRule, TemplateVariable, TemplateVariables } from './template.ts';
import { textOf } from './text-values.ts';
import { bytesOf, nanosecondsOf } from './value-forms.ts';

/** More than anybody writes, and little enough to be tried at each rendering. */
const mostRules = 100;
const longestRule = 2000;
const longestMessage = 500;

/** Can the rules of a template be read, and do they name only what there is? */
export function checkRules({ rules = [], variables }: Template): TemplateProblem[] {
  if (rules.length > mostRules) return [problem('rule_invalid', `it has more than ${mostRules} rules`)];
  return rules.flatMap((one, at) => {
    const told = (what: string) => problem('rule_invalid', `rule ${at + 1}, ${JSON.stringify(one.rule)}: ${what}`);
    if (one.message.trim() === '') return [told('it has no message, which is what people read when it is broken')];
    if (one.message.length > longestMessage) return [told(`its message is longer than ${longestMessage} characters`)];
    if (one.rule.length > longestRule) return [told(`it is longer than ${longestRule} characters`)];
    const parsed = parseFilter(one.rule, fieldsOf(variables));
    if (parsed.ok) return [];
    return parsed.mistakes.map(({ start, message, expected, suggestion }) => {
      const wanted = expected === undefined ? '' : `, expected ${expected}`;
      const meant = suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`;
      return told(`character ${start + 1}: ${message}${wanted}${meant}`);
    });
  });
}

/** The examples of a template must satisfy its rules. A stand-in is nobody's example, and tells nothing. */
export function findExamplesAgainstRules(
  template: Template,
  values: Values,
  { standIns }: Examples,
): TemplateProblem[] {
  const rules = (template.rules ?? []).filter((rule) => {
    const names = namesInRule(rule, template.variables);
    return !names.some((name) => standIns.includes(name));
  });
  return findBrokenRules({ ...template, rules }, values).map((broken) => ({
    ...broken,
    code: 'example_fails',
    message: `with its example values: ${broken.message}`,
  }));
}

/** Rules that values break, each with its message, its variables and what they are; secret ones are not shown. */
export function findBrokenRules({ rules = [], variables }: Template, values: Values): TemplateProblem[] {
  const fields = fieldsOf(variables);
  const record = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, comparable(variable, valueOf(values, name))]),
  );
  return rules.flatMap((one) => {
    const parsed = parseFilter(one.rule, fields);
    // Said when the template was saved.
    if (!parsed.ok) return [];
    const names = namesInFilter(parsed.filter);
    const hides = names.some((name) => isSecret(name, variables));
    const told = tryRule(parsed.filter, record, hides);
    if (told === undefined) return [];
    const shown = names
      .map((name) => `${name} is ${isSecret(name, variables) ? REDACTED : showValue(valueOf(values, name))}`)
      .join(', ');
    const message = `${one.message} (${shown === '' ? '' : `${shown}; `}${told}: ${one.rule})`;
    return [problem('rule_broken', message, names[0] ?? null)];
  });
}

/** Undefined: it holds. Why it cannot be worked out may quote a value. */
function tryRule(filter: Filter, record: Record<string, unknown>, hides: boolean): string | undefined {
  try {
    // No clock: a template comes to the same today and tomorrow.
    return evaluate(filter, record, 0) ? undefined : 'the rule is';
  } catch (error) {
    if (error instanceof FilterFailure) return `${hides ? '' : `${error.message}, so `}it cannot be told; the rule is`;
    throw error;
  }
}

const problem = (code: string, message: string, variable: string | null = null): TemplateProblem => ({
  code,
  message,
  variable,
});

const valueOf = ({ texts, tree }: Values, name: string): unknown => (tree.has(name) ? tree.get(name) : texts.get(name));

const fieldsOf = (variables: TemplateVariables): Fields =>
  Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, fieldType(variable)]));

/** Sizes are compared by their bytes, durations as such, and without a type everything is text. */
function fieldType({ type }: TemplateVariable): FieldType {
  switch (type) {
    case 'integer':
    case 'number':
    case 'boolean':
    case 'duration':
      return type;
    case 'size':
      return 'integer';
    case 'list':
      return { list: 'any' };
    case 'map':
      return { map: 'any' };
    case 'string':
    case 'ip':
    case 'cidr':
    case 'mac':
    case 'enum':
    case 'fingerprint':
    case 'pem':
    case undefined:
      return 'string';
  }
}

function comparable({ type }: TemplateVariable, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (type === 'size') return bytesOf(textOf(value) ?? '');
  if (type === 'duration') return nanosecondsOf(textOf(value) ?? '');
  return typeof value === 'bigint' ? Number(value) : value;
}

/** OC's templates cannot say it; the names of most tell it, and are written in capitals. */
const isSecret = (name: string, variables: TemplateVariables): boolean =>
  variables[name]?.secret === true || isSecretName(name);

function showValue(value: unknown): string {
  if (value === undefined) return 'not given';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  const text = textOf(value) ?? JSON.stringify(value, exact);
  return text.length > 60 ? `${JSON.stringify(text.slice(0, 60))}…` : JSON.stringify(text);
}

const exact = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function namesInRule({ rule }: TemplateRule, variables: TemplateVariables): string[] {
  const parsed = parseFilter(rule, fieldsOf(variables));
  return parsed.ok ? namesInFilter(parsed.filter) : [];
}

/** The variables that a rule speaks of, in the order of their places. */
function namesInFilter({ root, fields }: Filter): string[] {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('kind' in part && part.kind === 'name' && 'name' in part && typeof part.name === 'string') {
      if (Object.hasOwn(fields, part.name)) found.add(part.name);
    }
    for (const inner of Object.values(part)) visit(inner);
  };
  visit(root);
  return [...found];
}
