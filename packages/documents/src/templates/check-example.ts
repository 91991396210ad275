import { isObject } from '../decode.ts';
import { type ParsedDocument, parseDocument } from '../document.ts';
import { normalisePreseed } from '../preseed.ts';
import { formatPath, formatProblem, type Path, type Problem } from '../problem.ts';
import { normaliseServices } from '../services-config.ts';
import { exampleValues, forStandIn } from './example-values.ts';
import { fillText } from './fill-text.ts';
import { readValues } from './read-values.ts';
import { renderTemplate } from './render-template.ts';
import { findExamplesAgainstRules } from './rules.ts';
import { isTyped, type Template, type TemplateProblem, type TemplateVariables } from './template.ts';
import { namesIn } from './tokens.ts';

/** Where a variable stands: alone, as a value of its type, or in quotes and inside of a text. */
type Hole = { name: string; isAlone: boolean };
type Holes = ReadonlyMap<string, Hole>;

/**
 * With the values that the template itself names, or others of the same types. A place that takes no value of a variable's
 * type is told whatever the example is; a place of which only the value tells, if there is an example.
 */
export function checkExample(template: Template): TemplateProblem[] {
  const examples = exampleValues(template.variables);
  const { values, without, standIns } = examples;
  if (without.length > 0) {
    const names = without.join(', ');
    const message = `it could not be tried: give ${names} an example`;
    return [{ code: 'no_example', message, variable: without[0] ?? null }];
  }
  const variables = withStandIns(template.variables, standIns);
  const tried = { ...template, variables, rules: [] };
  const read = readValues(tried, values);
  const broken = read.ok ? findExamplesAgainstRules({ ...template, variables }, read.values, examples) : [];
  const rendered = renderTemplate(tried, values, 'the template');
  if (!rendered.ok) {
    const [first] = rendered.problems;
    const message =
      first === undefined ? 'it comes to nothing' : 'variable' in first ? first.message : formatProblem(first);
    return [{ code: 'example_fails', message: `with its example values: ${message}`, variable: null }];
  }
  const judge = (text: string, problems: readonly Problem[]) =>
    judgeProblems(problems, findHoles(text, template.variables), { variables: template.variables, standIns });
  const { services, application } = problemsOf(rendered);
  return [
    ...broken,
    ...judge(template.service_config_template, services),
    ...judge(template.application_config_template, application),
    ...rendered.warnings.map(({ code, message }) => ({ code, message, variable: null })),
  ];
}

const withStandIns = (variables: TemplateVariables, standIns: readonly string[]): TemplateVariables =>
  Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [
      name,
      standIns.includes(name) && isTyped(variable) ? forStandIn(variable) : variable,
    ]),
  );

function problemsOf(rendered: { services: ParsedDocument; application: ParsedDocument }) {
  const services = normaliseServices(rendered.services.value, rendered.services.origin, { allowUnknown: true });
  const application = normalisePreseed(rendered.application.value, rendered.application.origin);
  const told = (read: typeof services | typeof application): Problem[] => [
    ...(read.ok ? [] : read.problems),
    ...read.warnings.filter(({ code }) => code === 'unknown_field'),
  ];
  return { services: told(services), application: told(application) };
}

/** No value of that type can be right here. */
const WRONG_TYPES: readonly string[] = ['wrong_type', 'service_not_an_object'];

/** Whether a value fits, a stand-in cannot tell. A secret has no example to tell it. */
function doubtOf(name: string, problem: Problem, variables: TemplateVariables): TemplateProblem[] {
  if (variables[name]?.secret === true) return [];
  const message = `whether a value of @${name}@ fits could not be tried: give it an example`;
  return [{ code: 'no_example', message: formatProblem({ ...problem, message }), variable: name }];
}

type Said = { variables: TemplateVariables; standIns: readonly string[] };

function judgeProblems(problems: readonly Problem[], holes: Holes, { variables, standIns }: Said): TemplateProblem[] {
  return problems.flatMap((problem): TemplateProblem[] => {
    const [place, hole] = holeAt(problem.path, holes);
    if (hole !== undefined && WRONG_TYPES.includes(problem.code) && place === problem.path) {
      const is = hole.isAlone ? `a variable of type ${variables[hole.name]?.type}` : 'part of a text';
      const message = `@${hole.name}@ is ${is}, and ${problem.expected ?? 'something else'} belongs here`;
      return [{ code: 'hole_misfit', message: formatProblem({ ...problem, message }), variable: hole.name }];
    }
    if (hole !== undefined && standIns.includes(hole.name)) return doubtOf(hole.name, problem, variables);
    const code = problem.code === 'unknown_field' ? problem.code : 'example_fails';
    return [{ code, message: formatProblem(problem), variable: hole?.name ?? null }];
  });
}

/** The hole at this place, or the list or map that fills one above it. */
function holeAt(path: string, holes: Holes): [string, Hole] | [undefined, undefined] {
  const found = [...holes].find(
    ([place]) => path === place || (path.startsWith(place) && /^[.[]/.test(path.slice(place.length))),
  );
  return found ?? [undefined, undefined];
}

function findHoles(text: string, variables: TemplateVariables): Holes {
  const typed = Object.entries(variables).flatMap(([name, variable]) => (isTyped(variable) ? [name] : []));
  const filled = fillText(text, new Map(), new Set(namesIn(text)));
  const parsed = parseDocument(filled.text, '');
  const holes = new Map<string, Hole>();
  if (!parsed.ok) return holes;
  const lines = filled.text.split('\n');
  const { origin } = parsed.value;
  walk(parsed.value.value, [], (written, at) => {
    const place = origin.locate(at, 'value');
    const isQuoted = place !== undefined && /["'|>]/.test(lines[place.line - 1]?.charAt(place.column - 1) ?? '');
    const mark = [...filled.marks.keys()].find(
      (one) => written.includes(one) && typed.includes(filled.marks.get(one) ?? ''),
    );
    if (mark === undefined) return;
    holes.set(formatPath(at), { name: filled.marks.get(mark) ?? '', isAlone: written === mark && !isQuoted });
  });
  return holes;
}

function walk(value: unknown, at: Path, see: (text: string, at: Path) => void): void {
  if (typeof value === 'string') see(value, at);
  else if (Array.isArray(value)) for (const [index, inner] of value.entries()) walk(inner, [...at, index], see);
  else if (isObject(value)) for (const [key, inner] of Object.entries(value)) walk(inner, [...at, key], see);
}
