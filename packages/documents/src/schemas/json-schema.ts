import * as z from 'zod';
import { HINT_NAMES, hintsOf } from './fields.ts';

export type JsonSchema = { [key: string]: unknown };

/**
 * The JSON Schema (draft 7, which every editor reads) of what a person writes: unknown fields are refused, and what
 * may be left out may be empty or null, too, as a dump of Incus has it.
 */
export function toJsonSchema(schema: z.ZodType, id: string): JsonSchema {
  const made = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // Called for zod's own objects, which are those we made; and JSON Schema has more keywords than zod knows.
      finish(zodSchema as unknown as z.ZodType, jsonSchema);
    },
  });
  const { $schema, ...rest } = made;
  return { $schema, $id: id, ...rest };
}

function finish(schema: z.ZodType, made: JsonSchema): void {
  const hints = hintsOf(schema);
  for (const name of HINT_NAMES) delete made[name];
  if (hints.scalar === true) made['type'] = ['string', 'number', 'boolean', 'null'];
  if (made['default'] === '' || isEmpty(made['default']) || made['default'] === false) delete made['default'];
  if (!(schema instanceof z.ZodObject)) return;
  made['additionalProperties'] = false;
  const required = Array.isArray(made['required']) ? made['required'] : [];
  for (const [name, part] of Object.entries((made['properties'] ?? {}) as Record<string, JsonSchema>)) {
    if (!required.includes(name)) allowAbsent(part);
    else if (part['type'] === 'string' && part['pattern'] === undefined) part['minLength'] = 1;
  }
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function allowAbsent(part: JsonSchema): void {
  if (typeof part['type'] === 'string' && part['properties'] === undefined) part['type'] = [part['type'], 'null'];
  if (typeof part['pattern'] === 'string') part['pattern'] = `^$|${part['pattern']}`;
  if (Array.isArray(part['enum'])) part['enum'] = [...part['enum'], '', null];
}
