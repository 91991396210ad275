import {
  isTyped,
  type TemplateVariable,
  type TemplateVariables,
  type TypedVariable,
  type VariableType,
} from './template.ts';
import { readTypedValue } from './typed-values.ts';

/** Addresses and names that belong to nobody. */
const samples: Readonly<Partial<Record<VariableType, unknown>>> = {
  string: 'example',
  integer: 1,
  number: 1,
  boolean: true,
  list: [],
  map: {},
  ip: '192.0.2.1',
  cidr: '192.0.2.0/24',
  mac: '00:00:5e:00:53:01',
  size: '1GiB',
  duration: '1m',
  fingerprint: '0'.repeat(64),
  pem: '-----BEGIN EXAMPLE-----\nAAAA\n-----END EXAMPLE-----\n',
};

export type Examples = {
  values: Record<string, unknown>;
  /** Of their type, and no more is known of them: whether a place takes them, they cannot tell. */
  standIns: readonly string[];
  /** For these there is none. */
  without: readonly string[];
};

/** A value for each variable: its example, its default, a word or limit of its own, else one of its type. */
export function exampleValues(variables: TemplateVariables): Examples {
  const examples = { values: {} as Record<string, unknown>, standIns: [] as string[], without: [] as string[] };
  for (const [name, variable] of Object.entries(variables)) {
    const said = exampleOf(variable);
    if (said !== undefined) examples.values[name] = said;
    else if (isTyped(variable)) {
      examples.values[name] = standInOf(variable, examples.standIns.length);
      examples.standIns.push(name);
    } else examples.without.push(name);
  }
  return examples;
}

function exampleOf(variable: TemplateVariable): unknown {
  const said = variable.example || variable.default;
  if (said !== '' || !isTyped(variable)) return said === '' ? undefined : said;
  return [...(variable.enum ?? []), variable.min].find(
    (candidate) => candidate !== undefined && readTypedValue(variable, candidate).ok,
  );
}

/** Texts differ, for two names that are alike would be a mistake of ours. */
const standInOf = ({ type }: TypedVariable, count: number): unknown =>
  type === 'string' && count > 0 ? `example${count + 1}` : samples[type];

/** The same definition, so that a stand-in is a value of it. */
export const forStandIn = ({ type }: TypedVariable): TypedVariable => ({ description: '', default: '', type });
