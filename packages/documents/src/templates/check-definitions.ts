import { findPatternProblem } from './patterns.ts';
import {
  isTyped,
  type TemplateProblem,
  type TemplateVariable,
  type TemplateVariables,
  type TypedVariable,
  variableTypes,
} from './template.ts';
import { limitOf, readTypedValue } from './typed-values.ts';

/** What is wrong with what is said of the variables beyond OC's words. */
export const checkDefinitions = (variables: TemplateVariables): TemplateProblem[] =>
  Object.entries(variables).flatMap(([name, variable]) =>
    findFaults(variable).map((told) => ({
      code: 'variable_definition',
      message: `Variable ${JSON.stringify(name)}: ${told}`,
      variable: name,
    })),
  );

const ofTypesOnly = ['enum', 'pattern', 'min', 'max', 'secret', 'required'] as const;

function findFaults(variable: TemplateVariable): string[] {
  if (isTyped(variable)) return findFaultsOfTyped(variable);
  const lonely = ofTypesOnly.filter((key) => variable[key] !== undefined);
  return lonely.length === 0 ? [] : [`${lonely.join(', ')} can only be said of a variable with a type`];
}

function findFaultsOfTyped(variable: TypedVariable): string[] {
  const { type, enum: words, pattern, secret, example } = variable;
  if (!variableTypes.includes(type)) return [`type must be one of ${variableTypes.join(', ')}`];
  const faults: string[] = [];
  const isTree = type === 'list' || type === 'map';
  if (type === 'enum' && (words === undefined || words.length === 0))
    faults.push('type enum needs enum, a list of words');
  if (isTree && words !== undefined) faults.push(`enum cannot be said of a ${type}`);
  if (pattern !== undefined) {
    const problem = isTree ? `pattern cannot be said of a ${type}` : findPatternProblem(pattern);
    if (problem !== undefined) faults.push(isTree ? problem : `pattern cannot be used: ${problem}`);
  }
  for (const key of ['min', 'max'] as const) {
    const limit = variable[key];
    if (limit !== undefined && Number.isNaN(limitOf(variable, limit))) faults.push(`${key} is no limit of a ${type}`);
  }
  if (secret === true && (variable.default !== '' || (example ?? '') !== ''))
    faults.push('a secret has neither default nor example, for whoever sees the template sees them');
  if (faults.length > 0) return faults;
  return [...findMisfit(variable, 'default', variable.default), ...findMisfit(variable, 'example', example ?? '')];
}

function findMisfit(variable: TypedVariable, what: string, given: string): string[] {
  const read = given === '' ? { ok: true as const } : readTypedValue(variable, given);
  return read.ok ? [] : [`${what} must be ${read.expected}`];
}
