import { goNumber } from '../decode.ts';
import type { TemplateProblem, TemplateVariables } from './template.ts';

/** The text of each variable, by name. */
export type Texts = ReadonlyMap<string, string>;
type Read = { ok: true; texts: Texts } | { ok: false; problems: readonly TemplateProblem[] };

/** The values as OC takes them: any scalar becomes text, what is missing has its default, what nobody asked for passes. */
export function valuesOf(variables: TemplateVariables, given: Readonly<Record<string, unknown>>): Read {
  const problems: TemplateProblem[] = [];
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const text = textOf(value);
    if (text === undefined) problems.push(notText(name, value));
    else texts.set(name, text);
  }
  for (const [name, definition] of Object.entries(variables)) {
    if (texts.has(name) || Object.hasOwn(given, name)) continue;
    if (definition.default === '') problems.push(missing(name));
    else texts.set(name, definition.default);
  }
  return problems.length === 0 ? { ok: true, texts } : { ok: false, problems };
}

/** A scalar as OC writes it into a text; undefined: it is none. */
export function textOf(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return typeof value === 'number' ? goNumber(value) : undefined;
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
