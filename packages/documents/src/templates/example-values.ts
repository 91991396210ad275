import { isTyped, type TemplateVariable, type TemplateVariables, type VariableType } from './template.ts';
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
};

/** A value for each variable: its example, its default, or one of its type; and the variables for which there is none. */
export function exampleValues(variables: TemplateVariables): { values: Record<string, unknown>; without: string[] } {
  const found = Object.entries(variables).map(([name, variable]) => [name, exampleOf(variable)] as const);
  return {
    values: Object.fromEntries(found.filter(([, value]) => value !== undefined)),
    without: found.filter(([, value]) => value === undefined).map(([name]) => name),
  };
}

function exampleOf(variable: TemplateVariable): unknown {
  const said = variable.example || variable.default;
  if (said !== '' || !isTyped(variable)) return said === '' ? undefined : said;
  const candidates = [...(variable.enum ?? []), variable.min, samples[variable.type]];
  return candidates.find((candidate) => candidate !== undefined && readTypedValue(variable, candidate).ok);
}
