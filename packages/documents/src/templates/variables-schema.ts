import type { TemplateRule, TemplateVariable, TemplateVariables, VariableType } from './template.ts';

type Schema = Record<string, unknown>;
const textSchema: Schema = { type: 'string' };

/** What a value of each type may be; numbers, booleans, lists and maps may come as text, too, but need not in a file. */
const schemaOfType: Readonly<Record<VariableType, Schema>> = {
  string: textSchema,
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  list: { type: 'array' },
  map: { type: 'object' },
  ip: {
    anyOf: [
      { ...textSchema, format: 'ipv4' },
      { ...textSchema, format: 'ipv6' },
    ],
  },
  cidr: { ...textSchema, pattern: '^[0-9A-Fa-f:.]+/[0-9]{1,3}$' },
  mac: { ...textSchema, pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$' },
  size: { type: ['string', 'integer'], pattern: '^[0-9]+([kKMGTPE]i?B|B)?$' },
  duration: { ...textSchema, pattern: '^(0|([0-9.]+(ns|us|µs|ms|s|m|h))+)$' },
  enum: {},
  fingerprint: { ...textSchema, pattern: '^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$' },
  pem: { ...textSchema, pattern: '^\\s*-----BEGIN ' },
};
const untyped: Schema = { type: ['string', 'number', 'boolean', 'null'] };

/** The JSON Schema of the file of values that a template takes, for editors and for whoever checks such files. */
export function schemaOfValues(
  name: string,
  variables: TemplateVariables,
  rules: readonly TemplateRule[] = [],
): Schema {
  const required = Object.entries(variables).flatMap(([key, variable]) => (isRequired(variable) ? [key] : []));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Values for the cluster template ${name}`,
    type: 'object',
    properties: Object.fromEntries(Object.entries(variables).map(([key, variable]) => [key, schemaOf(variable)])),
    ...(required.length === 0 ? {} : { required }),
    // As OC: what nobody asked for passes; an editor may still say so.
    additionalProperties: false,
    // JSON Schema has no words for them: people read them, and render tries them.
    ...(rules.length === 0 ? {} : { 'x-rules': rules }),
  };
}

const isRequired = (variable: TemplateVariable): boolean => variable.default === '' && variable.required !== false;

function schemaOf(variable: TemplateVariable): Schema {
  const { type, title, description, example, enum: words, pattern, secret } = variable;
  return {
    ...(type === undefined ? untyped : schemaOfType[type]),
    ...(title === undefined ? {} : { title }),
    ...(description === '' ? {} : { description }),
    ...(words === undefined ? {} : { enum: words.map((word) => (isNumeric(type) ? Number(word) : word)) }),
    ...(pattern === undefined ? {} : { pattern: `^(?:${pattern})$` }),
    ...limitsOf(variable),
    ...(variable.default === '' ? {} : { default: readable(variable, variable.default) }),
    ...(example === undefined ? {} : { examples: [readable(variable, example)] }),
    ...(secret === true ? { writeOnly: true } : {}),
  };
}

const isNumeric = (type: VariableType | undefined): boolean => type === 'integer' || type === 'number';

const limitWords: Partial<Record<VariableType, readonly [min: string, max: string]>> = {
  integer: ['minimum', 'maximum'],
  number: ['minimum', 'maximum'],
  string: ['minLength', 'maxLength'],
  list: ['minItems', 'maxItems'],
  map: ['minProperties', 'maxProperties'],
};

/** JSON Schema has no words for the limits of sizes and durations. */
function limitsOf({ type, min, max }: TemplateVariable): Schema {
  const [low, high] = (type === undefined ? undefined : limitWords[type]) ?? [];
  return {
    ...(low === undefined || min === undefined ? {} : { [low]: Number(min) }),
    ...(high === undefined || max === undefined ? {} : { [high]: Number(max) }),
  };
}

/** A default as a value of its type. */
function readable({ type }: TemplateVariable, text: string): unknown {
  const isText = type === undefined || !['integer', 'number', 'boolean', 'list', 'map'].includes(type);
  if (isText) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
