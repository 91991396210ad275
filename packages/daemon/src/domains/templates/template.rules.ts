import { Fault } from '@operations-center/contract';
import {
  checkTemplate as findProblems,
  formatProblem,
  type Rendered,
  type Template,
  type TemplateProblem,
} from '@operations-center/documents';
import { isSecretName } from '@operations-center/fleet-protocol';
import type { StoredTemplate, TemplateWish } from './template.ts';

/** OC's list; a name is also one path segment of an URL. */
const prohibited = '\\/:*?"<>|';
const prohibitedPattern = /[\\/:*?"<>|\p{Cc}]/u;
const longestName = 255;

/** Can a template have this name? OC looks at it when one is made, not when one is renamed; we do both times. */
export function checkTemplateName(name: string): void {
  if (name === '') throw refuse('name', 'Invalid cluster template, name can not be empty');
  if (prohibitedPattern.test(name) || name === '.' || name === '..')
    throw refuse('name', `Invalid cluster template, name can not contain any of ${JSON.stringify(prohibited)}`);
  if (Buffer.byteLength(name) > longestName)
    throw refuse('name', `Invalid cluster template, name can not be longer than ${longestName} bytes`);
}

/** Is a template right in itself? The first thing wrong in OC's words, all of them in the details. */
export function checkTemplate(wish: TemplateWish): void {
  const problems = findProblems(toTemplate(wish)).problems;
  const [first] = problems;
  if (first !== undefined)
    throw new Fault('cluster_template_invalid', first.message, { details: { field: 'variables', problems } });
}

const refuse = (field: string, message: string): Fault =>
  new Fault('cluster_template_invalid', message, { details: { field } });

export const toTemplate = (wish: TemplateWish): Template => ({ ...wish, variables: wish.variables ?? {} });

export const templateNotFound = (
  name: string,
  told = `Failed to get cluster template ${JSON.stringify(name)} by name: `,
) => new Fault('cluster_template_not_found', `${told}Not found`, { details: { template: name.slice(0, 255) } });

/** Why a template comes to nothing with these values, in OC's words. */
export function renderingFailed(
  template: Pick<StoredTemplate, 'name'>,
  { what, problems }: Extract<Rendered, { ok: false }>,
): Fault {
  const name = JSON.stringify(template.name);
  const told = problems.slice(0, 1).map((one) => (isValueProblem(one) ? one.message : formatProblem(one)));
  const details = { template: template.name, problems };
  if (what === 'values') {
    const failed = `Failed to apply cluster template variables on service config of ${name}`;
    return new Fault('cluster_template_values_invalid', `${failed}: ${told.join()}`, { details });
  }
  const document = what === 'services' ? 'service config' : 'application seed config';
  const failed = `Failed to marshal ${document} of ${name}`;
  return new Fault('cluster_template_result_invalid', `${failed}: ${told.join()}`, { details });
}

const isValueProblem = (problem: object): problem is TemplateProblem => 'variable' in problem;

export const revisionNotFound = (name: string, revision: number): Fault =>
  new Fault(
    'cluster_template_revision_not_found',
    `Cluster template ${JSON.stringify(name)} has no revision ${revision}`,
    {
      details: { template: name, revision },
    },
  );

/**
 * Whose values are kept sealed and shown to nobody. OC's templates cannot say which are secret; the names of most tell it,
 * and are written in capitals.
 */
export function secretNames({ variables }: TemplateWish, values: Readonly<Record<string, unknown>>): string[] {
  const said = Object.entries(variables ?? {}).flatMap(([name, { secret }]) => (secret === true ? [name] : []));
  const told = Object.keys(values).filter((name) => isSecretName(name));
  return [...new Set([...said, ...told])];
}

/** A revision as it is listed: which fields differ from the one before. */
export type Revision = { revision: number; changed_by: string; at: number; changed: string[] };
type Kept = Omit<Revision, 'changed'> & { wish: TemplateWish };

/** Newest first, as they come. Of the oldest nothing can be said. */
export const changesOf = (kept: readonly Kept[]): Revision[] =>
  kept.map(({ wish, ...revision }, at) => {
    const before = kept[at + 1]?.wish;
    return { ...revision, changed: before === undefined ? [] : fieldsThatDiffer(before, wish) };
  });

export function fieldsThatDiffer(before: TemplateWish, now: TemplateWish): string[] {
  const texts = ['description', 'service_config_template', 'application_config_template'] as const;
  const names = new Set([...Object.keys(before.variables ?? {}), ...Object.keys(now.variables ?? {})]);
  const isOther = (name: string) => JSON.stringify(before.variables?.[name]) !== JSON.stringify(now.variables?.[name]);
  return [
    ...texts.filter((key) => before[key] !== now[key]),
    ...(JSON.stringify(before.rules ?? []) === JSON.stringify(now.rules ?? []) ? [] : ['rules']),
    ...[...names].filter(isOther).map((name) => `variables.${name}`),
  ];
}
