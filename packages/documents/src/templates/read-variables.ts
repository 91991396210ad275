import { parse } from 'yaml';
import { isObject, structOf, text } from '../decode.ts';
import { parseDocument } from '../document.ts';
import { type Checked, Report } from '../problem.ts';
import type { TemplateVariables } from './template.ts';

const definition = structOf({ description: text, default: text });

/** Reads a file of variable definitions: what is unknown there is an error, for it was meant to do something. */
export function parseVariables(source: string, file: string): Checked<TemplateVariables> {
  const parsed = parseDocument(source, file);
  if (!parsed.ok) return parsed;
  const { value, origin } = parsed.value;
  const report = new Report(origin);
  if (value !== null && !isObject(value)) {
    report.problem('wrong_type', [], 'expected a map of variables and what they are');
    return report.close({});
  }
  const texts: unknown = parse(source, { schema: 'failsafe', logLevel: 'error' });
  const variables = Object.entries(value ?? {}).map(([name, given]) => {
    const written = isObject(texts) ? texts[name] : undefined;
    return [name, definition(asWritten(given, written), [name], report)] as const;
  });
  report.problems.push(...report.warnings.splice(0));
  return report.close(Object.fromEntries(variables));
}

/** Scalars as they stand in the file: a default of `7.10` is just that. Null stays null. */
function asWritten(given: unknown, written: unknown): unknown {
  if (!isObject(given) || !isObject(written)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => {
      const isScalar = value !== null && typeof value !== 'object';
      return [key, isScalar ? written[key] : value];
    }),
  );
}
