import { parse } from 'yaml';
import { type Decode, flag, isObject, listOf, structOf, text, wrong } from '../decode.ts';
import { parseDocument } from '../document.ts';
import { type Checked, Report } from '../problem.ts';
import {
  type TemplateRule,
  type TemplateVariable,
  type TemplateVariables,
  type VariableType,
  variableTypes,
} from './template.ts';

const type: Decode<VariableType | undefined> = (value, at, report) => {
  const known = variableTypes.find((one) => one === value);
  return known !== undefined || value === undefined || value === null
    ? known
    : wrong(`one of ${variableTypes.join(', ')}`, value, at, report, undefined);
};

/** A list or a map is written down as the JSON text of it. */
const treeText: Decode<string> = (value, at, report) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : text(value, at, report);

const definition = structOf({
  description: text,
  default: treeText,
  type,
  title: text,
  group: text,
  example: treeText,
  enum: listOf(text),
  pattern: text,
  min: text,
  max: text,
  secret: flag,
  required: (value, at, report) => (value === undefined || value === null ? true : flag(value, at, report)),
});

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
  const written: unknown = parse(source, { schema: 'failsafe', logLevel: 'error' });
  const variables = Object.entries(value ?? {}).map(([name, given]) => {
    const said = isObject(written) ? written[name] : undefined;
    return [name, withoutUnsaid(definition(asWritten(given, said), [name], report))] as const;
  });
  report.problems.push(...report.warnings.splice(0));
  return report.close(Object.fromEntries(variables));
}

const rule = structOf({ rule: text, message: text });

/** Reads a file of rules: a list of conditions and what is told where they are broken. */
export function parseRules(source: string, file: string): Checked<TemplateRule[]> {
  const parsed = parseDocument(source, file);
  if (!parsed.ok) return parsed;
  const report = new Report(parsed.value.origin);
  const rules = listOf(rule)(parsed.value.value, [], report);
  report.problems.push(...report.warnings.splice(0));
  return report.close(rules);
}

/** Texts as they stand in the file: a default of `7.10` is just that. Null stays null. */
function asWritten(given: unknown, written: unknown): unknown {
  if (!isObject(given) || !isObject(written)) return given;
  const isFlag = (key: string) => key === 'secret' || key === 'required';
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => {
      const isText = value !== null && typeof value !== 'object' && !isFlag(key);
      return [key, isText || key === 'enum' ? written[key] : value];
    }),
  );
}

type Said = ReturnType<typeof definition>;

/** What goes without saying is not said. */
function withoutUnsaid(said: Said): TemplateVariable {
  const { description, default: value, type: kind, enum: words, secret, required, ...texts } = said;
  return {
    description,
    default: value,
    ...(kind === undefined ? {} : { type: kind }),
    ...(words.length === 0 ? {} : { enum: words }),
    ...(secret ? { secret } : {}),
    ...(required ? {} : { required }),
    ...Object.fromEntries(Object.entries(texts).filter(([, one]) => one !== '')),
  };
}
