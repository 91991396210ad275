import * as z from 'zod';
import { type ConfigEntity, configEntities, entityDefinition, keysByField } from './config-key-schemas.ts';
import { HINT_NAMES, hintsOf } from './fields.ts';

export type JsonSchema = { [key: string]: unknown };

/**
 * The JSON Schema (draft 7, which every editor reads) of what a person writes: unknown fields are refused, and what
 * may be left out may be empty or null, too, as a dump of Incus has it.
 */
export function toJsonSchema(schema: z.ZodType, id: string): JsonSchema {
  const used = new Set<ConfigEntity>();
  const made = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // Called for zod's own objects, which are those we made.
      finish(zodSchema as unknown as z.ZodType, jsonSchema, used);
    },
  });
  const { $schema, ...rest } = made;
  const definitions = Object.fromEntries([...used].sort().map((entity) => [entity, entityDefinition(entity)]));
  return { $schema, $id: id, ...rest, ...(used.size === 0 ? {} : { definitions }) };
}

function finish(schema: z.ZodType, made: JsonSchema, used: Set<ConfigEntity>): void {
  const hints = hintsOf(schema);
  for (const name of HINT_NAMES) delete made[name];
  if (isZero(made['default'])) delete made['default'];
  if (hints.scalar === true) made['type'] = ['string', 'number', 'boolean', 'null'];
  if (hints.only !== undefined) made['enum'] = [hints.only, null];
  if (hints.keys_of !== undefined) useKeys(configEntities(hints.keys_of), made, used);
  if (hints.keys_by === 'device_') Object.assign(made, keysByField('device_', used));
  if (schema instanceof z.ZodObject) finishFields(schema, made, used);
}

function useKeys(entities: readonly ConfigEntity[], made: JsonSchema, used: Set<ConfigEntity>): void {
  for (const entity of entities) used.add(entity);
  if (entities.length > 0) made['allOf'] = entities.map((entity) => ({ $ref: `#/definitions/${entity}` }));
}

function finishFields(schema: z.ZodObject, made: JsonSchema, used: Set<ConfigEntity>): void {
  made['additionalProperties'] = false;
  const needed = Object.keys(schema.shape).filter((name) => hintsOf(schema.shape[name] as z.ZodType).needed === true);
  const required = [...(Array.isArray(made['required']) ? made['required'] : []), ...needed];
  if (required.length > 0) made['required'] = required;
  for (const [name, part] of Object.entries((made['properties'] ?? {}) as Record<string, JsonSchema>)) {
    if (!required.includes(name)) allowAbsent(part);
    else if (part['type'] === 'string' && part['pattern'] === undefined) part['minLength'] = 1;
    const { keys_by } = hintsOf(schema.shape[name] as z.ZodType);
    if (keys_by !== undefined && keys_by !== 'device_') Object.assign(made, keysByField(keys_by, used, name));
  }
}

/** A default that says no more than that the field may be left out. */
const isZero = (value: unknown): boolean =>
  value === '' || value === false || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);

function allowAbsent(part: JsonSchema): void {
  if (typeof part['type'] === 'string' && part['properties'] === undefined) part['type'] = [part['type'], 'null'];
  if (typeof part['pattern'] === 'string') part['pattern'] = `^$|${part['pattern']}`;
  if (Array.isArray(part['enum']) && part['enum'].every((word) => typeof word === 'string')) {
    part['enum'] = [...part['enum'], '', null];
  }
}
