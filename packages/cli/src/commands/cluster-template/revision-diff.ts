import type { ClusterTemplate } from '@operations-center/contract';

type Content = Omit<ClusterTemplate, 'name' | 'last_updated'>;

/** What a revision changed, text by text; against nothing if it was the first. */
export async function revisionDiff(before: Content | undefined, now: Content): Promise<string> {
  const { lineDiff, writeDocument } = await import('@operations-center/documents');
  const yaml = (value: object | null | undefined) =>
    value === null || value === undefined || Object.keys(value).length === 0 ? '' : writeDocument(value);
  const textsOf = (content: Content | undefined): [string, string][] => [
    ['description', content?.description === undefined || content.description === '' ? '' : `${content.description}\n`],
    ['service_config_template', content?.service_config_template ?? ''],
    ['application_config_template', content?.application_config_template ?? ''],
    ['variables', yaml(content?.variables)],
    ['rules', yaml(content?.rules)],
  ];
  const earlier = new Map(textsOf(before));
  return textsOf(now)
    .map(([name, text]) => [name, lineDiff(earlier.get(name) ?? '', text)] as const)
    .filter(([, diff]) => diff !== '')
    .map(([name, diff]) => `${name}:\n${diff}`)
    .join('\n');
}
