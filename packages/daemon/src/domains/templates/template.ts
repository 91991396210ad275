import type { ClusterTemplate } from '@operations-center/contract';

/** What a caller may set of a template. */
export type TemplateWish = Omit<ClusterTemplate, 'name' | 'last_updated'>;

/** A template as it is kept. */
export type StoredTemplate = TemplateWish & {
  /** Ours, for good: names can change. */
  id: string;
  name: string;
  /** Counts from 1, one more with each change of its content. */
  revision: number;
  /** Epoch milliseconds. */
  last_updated: number;
};

/** Fields in OC's order; the ETag is made over this text. */
export const templateJson = (template: StoredTemplate): string =>
  JSON.stringify({
    description: template.description,
    service_config_template: template.service_config_template,
    application_config_template: template.application_config_template,
    variables: template.variables === null ? null : sortKeys(template.variables),
    // OC's templates have none, and are told as it tells them.
    ...(hasRules(template) ? { rules: template.rules } : {}),
    name: template.name,
    last_updated: `${new Date(template.last_updated).toISOString().slice(0, 19)}Z`,
  } satisfies ClusterTemplate);

export const hasRules = ({ rules }: TemplateWish): boolean => rules !== undefined && rules.length > 0;

/** Go writes maps in the order of their keys. */
const sortKeys = <Value>(map: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

/** As OC lists it: the name as it is. */
export const templateUrl = (name: string): string => `/1.0/provisioning/cluster-templates/${name}`;

/** The same as a header can carry it. */
export const templateLocation = (name: string): string =>
  `/1.0/provisioning/cluster-templates/${encodeURIComponent(name)}`;
