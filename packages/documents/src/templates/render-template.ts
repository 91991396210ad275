import { isDeepStrictEqual } from 'node:util';
import { REDACTED } from '@operations-center/fleet-protocol';
import { isObject } from '../decode.ts';
import { type ParsedDocument, parseDocument } from '../document.ts';
import type { Origin, Problem } from '../problem.ts';
import { type BuiltInName, builtInNames, isBuiltIn } from './built-ins.ts';
import { type FilledText, fillText } from './fill-text.ts';
import { type PutOf, placeValues } from './place-values.ts';
import { readValues, usedBuiltIns, type Values } from './read-values.ts';
import { findBrokenRules } from './rules.ts';
import { describeDifference } from './shape-difference.ts';
import type { Template, TemplateProblem, TemplateWarning } from './template.ts';
import { textOf } from './text-values.ts';
import { namesIn } from './tokens.ts';
import { findUnusedValues } from './unused-values.ts';

/**
 * What a template comes to with values: both documents with their places, or what stands in the way. Built-in variables
 * stand in them as they were written; they are resolved for each server.
 */
export type Rendered =
  | {
      ok: true;
      services: ParsedDocument;
      application: ParsedDocument;
      warnings: readonly TemplateWarning[];
      secrets: readonly string[];
      /** Those that the template names, and that are to be resolved for each server. */
      builtIns: readonly BuiltInName[];
      /** The same for people: values of secret variables are redacted. */
      shown: { services: unknown; application: unknown };
    }
  | { ok: false; what: 'values'; problems: readonly TemplateProblem[] }
  | { ok: false; what: 'services' | 'application'; problems: readonly Problem[] };

/** Puts values into both texts of a template and reads them. `name` is the template's, for messages. */
export function renderTemplate(template: Template, given: Readonly<Record<string, unknown>>, name: string): Rendered {
  const values = readValues(template, given);
  if (!values.ok) return { ok: false, what: 'values', problems: values.problems };
  const broken = findBrokenRules(template, values.values);
  if (broken.length > 0) return { ok: false, what: 'values', problems: broken };
  const services = renderText(template.service_config_template, values.values, `service config of ${name}`);
  if (!services.ok) return { ok: false, what: 'services', problems: services.problems };
  const application = renderText(template.application_config_template, values.values, `application config of ${name}`);
  if (!application.ok) return { ok: false, what: 'application', problems: application.problems };
  const warnings = [...findUnusedValues(template, given), ...services.warnings, ...application.warnings];
  const { secrets } = values.values;
  const shown = secrets.length === 0 ? asTheyAre(services, application) : withoutSecrets(template, values.values);
  return {
    ok: true,
    services: services.document,
    application: application.document,
    warnings,
    secrets,
    shown,
    builtIns: usedBuiltIns(template),
  };
}

const asTheyAre = (services: { document: ParsedDocument }, application: { document: ParsedDocument }) => ({
  services: services.document.value,
  application: application.document.value,
});

/** What can be rendered can be rendered with another text in these places. */
function withoutSecrets(template: Template, values: Values): { services: unknown; application: unknown } {
  const secret = Object.entries(template.variables).flatMap(([name, variable]) =>
    variable.secret === true ? [name] : [],
  );
  const tree = new Map([...values.tree].map(([name, value]) => [name, secret.includes(name) ? REDACTED : value]));
  const [services, application] = [template.service_config_template, template.application_config_template].map(
    (text) => {
      const rendered = renderText(text, { ...values, tree }, '');
      return rendered.ok ? rendered.document.value : {};
    },
  );
  return { services, application };
}

type RenderedText =
  | { ok: true; document: ParsedDocument; warnings: readonly TemplateWarning[] }
  | { ok: false; problems: readonly Problem[] };

function renderText(text: string, values: Values, file: string): RenderedText {
  const builtIns = builtInNames.filter((name) => !values.texts.has(name) && !values.tree.has(name));
  const typed = new Set([...values.tree.keys(), ...builtIns]);
  const putOf: PutOf = (name) => {
    if (!values.tree.has(name) && isBuiltIn(name)) return { value: `@${name}@`, text: `@${name}@` };
    const value = values.tree.get(name);
    return value === undefined ? undefined : { value, text: textOf(value) };
  };
  const read = readText(text, values.texts, typed, putOf, file);
  if (!read.ok) return read;
  return { ok: true, document: read.document, warnings: compareWithTree(text, values, typed, putOf, read.document) };
}

type ReadText = { ok: true; document: ParsedDocument } | { ok: false; problems: readonly Problem[] };

function readText(
  text: string,
  texts: Values['texts'],
  holes: ReadonlySet<string>,
  putOf: PutOf,
  file: string,
): ReadText {
  const filled = fillText(text, texts, holes);
  const parsed = parseDocument(filled.text, file);
  if (!parsed.ok) return { ok: false, problems: parsed.problems };
  const { value, report } = placeValues(parsed.value, filled, putOf);
  if (value !== null && !isObject(value)) report.problem('wrong_type', [], 'expected a map of keys and values');
  if (report.problems.length > 0) return { ok: false, problems: report.problems };
  return { ok: true, document: { value: value ?? {}, origin: withoutMarks(parsed.value.origin, filled) } };
}

/** What stands where a mark was written is a value, whatever its type: it was not written without quotes. */
function withoutMarks(origin: Origin, { marks }: FilledText): Origin {
  if (marks.size === 0) return origin;
  const isMark = new RegExp([...marks.keys()].join('|'));
  return {
    file: origin.file,
    locate: (path, part) => origin.locate(path, part),
    sourceOf(path) {
      const source = origin.sourceOf(path);
      return source !== undefined && isMark.test(source) ? undefined : source;
    },
  };
}

/** Where a value that was put in as text does not come out as the value it was. */
function compareWithTree(
  text: string,
  { texts }: Values,
  typed: ReadonlySet<string>,
  putOf: PutOf,
  { value }: ParsedDocument,
): TemplateWarning[] {
  const asText = namesIn(text).filter((name) => texts.has(name));
  if (asText.length === 0) return [];
  const asWritten: PutOf = (name) => {
    const written = texts.get(name);
    return written === undefined ? putOf(name) : { value: naturalValue(written), text: written };
  };
  const tree = readText(text, new Map(), new Set([...typed, ...asText]), asWritten, '');
  // What can only be read once the text is in has nothing to be compared with.
  if (!tree.ok || isDeepStrictEqual(tree.document.value, value)) return [];
  const told = describeDifference(value, tree.document.value);
  const message = `a value that is put in as text is not what comes out: ${told}. Give its variable a type, and it is put in as it is`;
  return [{ code: 'template_text_differs', message }];
}

/** What somebody means who writes such a text: a word of YAML that is no text, else the text itself. */
function naturalValue(text: string): unknown {
  if (!/^[\w.+~-]*$/.test(text)) return text;
  const parsed = parseDocument(`value: ${text}`, '');
  const value = parsed.ok && isObject(parsed.value.value) ? parsed.value.value['value'] : text;
  return typeof value === 'object' && value !== null ? text : value;
}
