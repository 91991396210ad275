import { parseDocument } from '../document.ts';
import { fillText } from './fill-text.ts';
import { placeValues } from './place-values.ts';
import {
  isTyped,
  type Template,
  type TemplateVariable,
  type TemplateVariables,
  type VariableType,
} from './template.ts';
import { namesIn } from './tokens.ts';
import { readTypedValue } from './typed-values.ts';

/** In the order in which they are tried; every one of them is a text, and the last is any. */
const forms: readonly VariableType[] = ['mac', 'cidr', 'ip', 'fingerprint', 'pem', 'duration', 'size'];

/**
 * A type for each variable that has none, told by its default: what OC makes of that text is what the type makes of it.
 * One that never stands alone, or is no piece of a tree, stays as it is.
 */
export function proposeTypes(template: Template): TemplateVariables {
  const texts = [template.service_config_template, template.application_config_template];
  const isTree = texts.every((text) => parseDocument(fillText(text, new Map(), new Set(namesIn(text))).text, '').ok);
  return Object.fromEntries(
    Object.entries(template.variables).map(([name, variable]) => [
      name,
      isTyped(variable) || !isTree ? variable : { ...variable, type: proposeType(name, variable, texts) },
    ]),
  );
}

function proposeType(name: string, variable: TemplateVariable, texts: readonly string[]): VariableType {
  const text = variable.default;
  if (standsAlone(name, texts)) {
    if (text === 'true' || text === 'false') return 'boolean';
    if (/^(?:0|-?[1-9]\d*)$/.test(text)) return 'integer';
    if (/^-?\d+\.\d*[1-9]$/.test(text)) return 'number';
    if (text.startsWith('[')) return 'list';
    if (text.startsWith('{')) return 'map';
  }
  return (
    forms.find((type) => text !== '' && !/^\d+$/.test(text) && readTypedValue({ ...variable, type }, text).ok) ??
    'string'
  );
}

/** Somewhere it is a whole value without quotes: there a number is a number, and not text. */
function standsAlone(name: string, texts: readonly string[]): boolean {
  const alone = Symbol(name);
  return texts.some((text) => {
    const filled = fillText(text, new Map(), new Set(namesIn(text)));
    const parsed = parseDocument(filled.text, '');
    if (!parsed.ok) return false;
    const { value } = placeValues(parsed.value, filled, (one) => ({ value: one === name ? alone : '', text: '' }));
    return holds(value, alone);
  });
}

function holds(value: unknown, wanted: symbol): boolean {
  if (value === wanted) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some((inner) => holds(inner, wanted));
}
