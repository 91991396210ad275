/** How OC reads and writes JSON, as zod building blocks: the daemon is lenient just where OC's clients need it. */
import { z } from 'zod';

/**
 * An object as OC's decoder reads it: keys match whatever their case, unknown keys pass and are dropped, `null` means
 * absent. Give every field a default where OC takes its zero value.
 */
export function wireObject<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  return z.preprocess((value) => foldKeys(value, names), z.object(shape));
}

function foldKeys(value: unknown, names: Map<string, string>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const folded: Record<string, unknown> = Object.create(null);
  for (const [key, field] of Object.entries(value)) {
    const name = names.get(key.toLowerCase());
    if (name !== undefined && field !== null) folded[name] = field;
  }
  return folded;
}

export const text = z.string().default('');
export const flag = z.boolean().default(false);

/** A map of strings that takes any scalar: `true` → "true", 6 → "6", null → "". Objects and lists are errors. */
export const configMap = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]).transform(scalarText),
);
/** The same where OC keeps `null` for "never set". */
export const storedConfigMap = z.preprocess((value) => value ?? null, configMap.nullable()).default(null);

/** A scalar as OC's Go code writes it into a config map. */
export function scalarText(value: string | number | boolean | null): string {
  if (value === null) return '';
  return typeof value === 'number' && !Number.isInteger(value) ? goFloat(value) : String(value);
}

/** Go's shortest float (%g): 1.5 → "1.5", 1e21 → "1e+21", 0.00001 → "1e-05". */
function goFloat(value: number): string {
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 21) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `?recursion=`: exactly 1 (also `01`) asks for objects, anything else for URLs. */
export const recursion = z
  .string()
  .optional()
  .transform((value) => value !== undefined && /^[+-]?\d+$/.test(value) && Number(value) === 1)
  .describe('1 = objects, anything else = URLs');

/** A Go bool in a query: 1, t, T, TRUE, true, True. Anything else is false. */
export const queryFlag = z
  .string()
  .optional()
  .transform((value) => value !== undefined && ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value));

/** A parameter of a query that may be given several times: all its values. Undefined: it was not given. */
export const repeated = z.array(z.string()).optional();

/** RFC 3339; kept as the text that was sent. */
export const time = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)) && /^\d{4}-\d\d-\d\d[Tt ]/.test(value), {
    message: 'expected a time such as 2026-11-22T18:00:00Z',
  });

/** What Go writes for "no time". */
export const zeroTime = '0001-01-01T00:00:00Z';

export const urls = z.array(z.string());
export const empty = z.object({});
export const nothing = z.null();

/** RFC 3339 without needless fractions, as OC writes stored times: whole seconds, UTC. */
export const secondsTime = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
