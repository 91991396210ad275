import type { Path } from '../problem.ts';
import { isBuiltIn } from './built-ins.ts';
import type { Hole } from './find-holes.ts';
import type { TemplateVariable, TemplateVariables, VariableType } from './template.ts';
import { textOf } from './text-values.ts';

/** `variable` null: a built-in one. `value` undefined: it is secret. */
type Named = { mark: string; variable: TemplateVariable | null; value: unknown };

/**
 * The variables of a template that is being derived. In the tree each stands as a *mark*: a word that YAML needs no quotes
 * for, so that a variable that is a whole value stands alone in the template.
 */
export type HoleNames = {
  /** Without default and example: whoever sees the template would see them. */
  secret(at: Path, value: unknown, type?: 'pem'): string;
  /** The same value of the same type is the same variable. */
  value(at: Path, value: unknown, hole: Hole): string;
  builtIn(name: string): string;
  variables(): TemplateVariables;
  /** Of those that are not secret. */
  values(): Record<string, unknown>;
  /** What was written of the tree, each mark as `@NAME@`. */
  writeTokens(text: string): string;
};

/** `written`: all that stands in the documents; no mark is part of it. */
export function makeHoleNames(written: string): HoleNames {
  let word = 'VARIABLE';
  while (written.includes(word)) word += 'X';
  const named = new Map<string, Named>();
  const known = new Map<string, string>();

  function add(wanted: string, one: Omit<Named, 'mark'>): string {
    const isTaken = (name: string) => named.has(name) || (isBuiltIn(name) && one.variable !== null);
    let name = wanted;
    for (let count = 2; isTaken(name); count += 1) name = `${wanted}_${count}`;
    const mark = `${word}${named.size}Z`;
    named.set(name, { ...one, mark });
    return mark;
  }

  return {
    secret(at, value, form) {
      const type = form ?? typeOf(value);
      const variable = { description: `Secret: ${pathText(at)}`, default: '', type, secret: true };
      return add(nameOf(at), { variable, value: undefined });
    },
    value(at, value, { type, about }) {
      const example = textOf(value) ?? JSON.stringify(value);
      const said = `${type} ${example}`;
      const mark =
        known.get(said) ??
        add(nameOf(at), { variable: { description: `${about}: ${pathText(at)}`, default: '', type, example }, value });
      known.set(said, mark);
      return mark;
    },
    builtIn: (name) => named.get(name)?.mark ?? add(name, { variable: null, value: undefined }),
    variables: () =>
      Object.fromEntries([...named].flatMap(([name, { variable }]) => (variable === null ? [] : [[name, variable]]))),
    values: () =>
      Object.fromEntries([...named].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]]))),
    writeTokens(text) {
      const names = new Map([...named].map(([name, { mark }]) => [mark, name]));
      return text.replace(new RegExp(`${word}\\d+Z`, 'g'), (mark) => `@${names.get(mark) ?? mark}@`);
    },
  };
}

function typeOf(value: unknown): VariableType {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'map';
  return typeof value === 'number' || typeof value === 'bigint' ? 'number' : 'string';
}

const pathText = (at: Path): string => at.filter((part) => typeof part === 'string').join(' ');

/** `storage_pools`, `local`, `config`, `source` is `STORAGE_POOLS_LOCAL_SOURCE`. */
function nameOf(at: Path): string {
  const words = at.filter((part) => typeof part === 'string' && part !== 'config').join('_');
  const name = words
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  return /^[A-Z]/.test(name) ? name : `VALUE_${name}`;
}
