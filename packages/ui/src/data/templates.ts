import type { ClusterTemplate } from '@operations-center/contract';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

const noun = 'cluster-templates';
export type TemplateVariable = NonNullable<ClusterTemplate['variables']>[string];

export const templatesQuery = () =>
  queryOptions({
    queryKey: [noun, 'list'],
    queryFn: ({ signal }) =>
      ask('cluster_templates_list', { query: { recursion: '1' }, signal }) as Promise<ClusterTemplate[]>, // with recursion: objects
  });

export const templateQuery = (name: string) =>
  queryOptions({
    queryKey: [noun, 'one', name],
    queryFn: ({ signal }) => ask('cluster_template_show', { params: { name }, signal }),
  });

/** Newest first. */
export const revisionsQuery = (name: string) =>
  queryOptions({
    queryKey: [noun, 'one', name, 'revisions'],
    queryFn: ({ signal }) => ask('cluster_template_revisions', { params: { name }, signal }),
  });
