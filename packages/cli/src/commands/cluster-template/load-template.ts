import type { ClusterTemplate } from '@operations-center/contract';
import type { Template } from '@operations-center/documents';
import type { Api } from '../../api.ts';

/** A template as the documents package takes it. */
export async function loadTemplate(api: Api, name: string): Promise<ClusterTemplate & Template> {
  const template = await api.ask('cluster_template_show', { params: { name } });
  return { ...template, variables: template.variables ?? {} };
}
