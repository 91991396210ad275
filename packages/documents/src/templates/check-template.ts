import { parseDocument } from '../document.ts';
import { formatProblem, type Problem } from '../problem.ts';
import { builtInNames } from './built-ins.ts';
import { checkDefinitions } from './check-definitions.ts';
import { checkExample } from './check-example.ts';
import { checkVariables } from './check-variables.ts';
import { fillText } from './fill-text.ts';
import { checkRules } from './rules.ts';
import { isTyped, type Template, type TemplateProblem, type TemplateWarning } from './template.ts';
import { namesIn } from './tokens.ts';

/** What stands in the way of keeping a template, and what its author should know. */
export type TemplateReport = { problems: readonly TemplateProblem[]; warnings: readonly TemplateWarning[] };

/**
 * Looks at a template before it is kept. A template without a type is held to OC's rules alone, whatever else there is to
 * say being a warning; one with types must be a document, and its examples must come to one that can be used.
 */
export function checkTemplate(template: Template): TemplateReport {
  const problems = [...checkVariables(template), ...checkDefinitions(template.variables), ...checkRules(template)];
  if (problems.length > 0) return { problems, warnings: [] };
  const found = [
    ...findSyntax(template, template.service_config_template, 'service config'),
    ...findSyntax(template, template.application_config_template, 'application config'),
  ];
  const all = found.length > 0 ? found : checkExample(template);
  return Object.values(template.variables).some(isTyped) || (template.rules ?? []).length > 0
    ? {
        problems: all.filter(({ code }) => !DOUBTS.includes(code)),
        warnings: all.filter(({ code }) => DOUBTS.includes(code)),
      }
    : { problems: [], warnings: all };
}

/** What keeps no template from being kept: a newer IncusOS or Incus may have such fields. */
const DOUBTS: readonly string[] = ['no_example', 'unknown_field'];

/** Before any value is in. Where one is put in as text, it may be just what makes it a document. */
function findSyntax(template: Template, text: string, what: string): TemplateProblem[] {
  const names = namesIn(text);
  const isKnown = (name: string) => isTypedIn(template, name) || !Object.hasOwn(template.variables, name);
  if (!names.every(isKnown)) return [];
  const parsed = parseDocument(fillText(text, new Map(), new Set([...names, ...builtInNames])).text, what);
  return parsed.ok ? [] : parsed.problems.map((problem) => toProblem('template_syntax', problem));
}

function isTypedIn({ variables }: Template, name: string): boolean {
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return variable !== undefined && isTyped(variable);
}

const toProblem = (code: string, problem: Problem): TemplateProblem => ({
  code,
  message: formatProblem(problem),
  variable: null,
});
