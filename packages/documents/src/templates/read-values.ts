import { type BuiltInName, builtInNames, isBuiltIn } from './built-ins.ts';
import { isTyped, type Template, type TemplateProblem, type TypedVariable } from './template.ts';
import { textOf } from './text-values.ts';
import { namesIn } from './tokens.ts';
import { readTypedValue } from './typed-values.ts';

/** What is put in: texts where OC puts text, and values – undefined leaves the place out – where a type is known. */
export type Values = {
  texts: ReadonlyMap<string, string>;
  tree: ReadonlyMap<string, unknown>;
  /** Values of secret variables, as text. */
  secrets: readonly string[];
};
type Given = Readonly<Record<string, unknown>>;
type Read = { ok: true; values: Values } | { ok: false; problems: readonly TemplateProblem[] };

/** Holds the values against what the template says of its variables: all that is wrong at once. */
export function readValues(template: Template, given: Given): Read {
  const problems: TemplateProblem[] = [];
  const texts = new Map<string, string>();
  const tree = new Map<string, unknown>();
  const secrets: string[] = [];
  for (const [name, variable] of Object.entries(template.variables)) {
    if (!isTyped(variable)) continue;
    const read = readOne(name, variable, given);
    if ('problem' in read) problems.push(read.problem);
    else tree.set(name, read.value);
    if (variable.secret === true && !('problem' in read)) secrets.push(...textsIn(read.value));
  }
  // As OC: what nobody asked for passes, and is put in where its name stands.
  for (const [name, value] of Object.entries(given)) {
    if (isTypedName(template, name) || isOurs(template, name)) continue;
    const text = textOf(value);
    if (text === undefined) problems.push(notText(name, value));
    else texts.set(name, text);
  }
  for (const [name, variable] of Object.entries(template.variables)) {
    if (isTyped(variable) || Object.hasOwn(given, name)) continue;
    if (variable.default === '') problems.push(missing(name));
    else texts.set(name, variable.default);
  }
  if (problems.length === 0) problems.push(...findBuiltInValues(template, [...texts.values(), ...tree.values()]));
  return problems.length === 0 ? { ok: true, values: { texts, tree, secrets } } : { ok: false, problems };
}

/** A built-in variable is not to be had by naming it in a file of values. */
const isOurs = ({ variables }: Template, name: string): boolean => isBuiltIn(name) && !Object.hasOwn(variables, name);

const isTypedName = ({ variables }: Template, name: string): boolean => {
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return variable !== undefined && isTyped(variable);
};

function readOne(
  name: string,
  variable: TypedVariable,
  given: Given,
): { value: unknown } | { problem: TemplateProblem } {
  const value = Object.hasOwn(given, name) ? given[name] : null;
  const isGiven = value !== null && value !== undefined;
  if (!isGiven && variable.default === '')
    return variable.required === false ? { value: undefined } : { problem: missing(name) };
  const read = readTypedValue(variable, isGiven ? value : variable.default);
  if (read.ok) return { value: read.value };
  const message = `The value of variable ${JSON.stringify(name)} must be ${read.expected}`;
  return { problem: { code: 'value_invalid', message, variable: name } };
}

/** The built-in variables that stand in a template, but for names that it defines itself. */
export function usedBuiltIns(template: Template): BuiltInName[] {
  const names = [template.service_config_template, template.application_config_template].flatMap(namesIn);
  return builtInNames.filter((name) => names.includes(name) && !Object.hasOwn(template.variables, name));
}

/** Built-in variables are resolved after the values are in: one that stands in a value would be taken for the template's. */
function findBuiltInValues(template: Template, values: readonly unknown[]): TemplateProblem[] {
  if (usedBuiltIns(template).length === 0) return [];
  const found = values.flatMap(textsIn).flatMap(namesIn).find(isBuiltIn);
  if (found === undefined) return [];
  const message = `A value holds @${found}@, which this template itself puts in for each server`;
  return [{ code: 'value_names_built_in', message, variable: null }];
}

/** Every text in a value, keys too. */
export function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
  const text = value === undefined ? undefined : textOf(value);
  return text === undefined || text === '' ? [] : [text];
}

const missing = (name: string): TemplateProblem => ({
  code: 'value_missing',
  message: `No value provided for variable ${JSON.stringify(name)}, which is required, since it has no default value defined`,
  variable: name,
});

const notText = (name: string, value: unknown): TemplateProblem => ({
  code: 'value_not_scalar',
  message: `Variable ${JSON.stringify(name)} takes text, a number, true or false, and was given ${Array.isArray(value) ? 'a list' : 'a map'}`,
  variable: name,
});
