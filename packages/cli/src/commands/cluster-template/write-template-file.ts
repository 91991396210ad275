import type { ClusterTemplate } from '@operations-center/contract';

/** A template as one file, as "cluster-template import" takes it. */
export async function writeTemplateFile(template: Omit<ClusterTemplate, 'last_updated'>): Promise<string> {
  const { writeDocument } = await import('@operations-center/documents');
  const { name, description, variables, rules, service_config_template, application_config_template } = template;
  return writeDocument({
    name,
    description,
    variables,
    ...(rules === undefined ? {} : { rules }),
    service_config_template,
    application_config_template,
  });
}
