import { isObject } from '../decode.ts';
import { type ParsedDocument, parseDocument } from '../document.ts';
import type { Problem } from '../problem.ts';
import type { Template, TemplateProblem } from './template.ts';
import { type Texts, valuesOf } from './text-values.ts';
import { replaceTokens } from './tokens.ts';

/** What a template comes to with values: both documents with their places, or what stands in the way. */
export type Rendered =
  | { ok: true; services: ParsedDocument; application: ParsedDocument }
  | { ok: false; what: 'values'; problems: readonly TemplateProblem[] }
  | { ok: false; what: 'services' | 'application'; problems: readonly Problem[] };

/** Puts the values into both texts of a template and reads them, as OC does. `name` is the template's, for messages. */
export function renderTemplate(template: Template, given: Readonly<Record<string, unknown>>, name: string): Rendered {
  const values = valuesOf(template.variables, given);
  if (!values.ok) return { ok: false, what: 'values', problems: values.problems };
  const services = readText(template.service_config_template, values.texts, `service config of ${name}`);
  if (!services.ok) return { ok: false, what: 'services', problems: services.problems };
  const application = readText(template.application_config_template, values.texts, `application config of ${name}`);
  if (!application.ok) return { ok: false, what: 'application', problems: application.problems };
  return { ok: true, services: services.document, application: application.document };
}

type ReadText = { ok: true; document: ParsedDocument } | { ok: false; problems: readonly Problem[] };

function readText(text: string, values: Texts, file: string): ReadText {
  const filled = replaceTokens(text, (name, whole) => values.get(name) ?? whole);
  const parsed = parseDocument(filled, file);
  if (!parsed.ok) return { ok: false, problems: parsed.problems };
  const { value, origin } = parsed.value;
  if (value === null) return { ok: true, document: { value: {}, origin } };
  if (isObject(value)) return { ok: true, document: parsed.value };
  const message = `a map of keys and values is expected here, found ${Array.isArray(value) ? 'a list' : 'a single value'}`;
  const problem = { code: 'wrong_type', message, path: '', file, line: 1, column: 1 };
  return { ok: false, problems: [problem] };
}
