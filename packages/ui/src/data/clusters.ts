import type { Artifact, Cluster } from '@operations-center/contract';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';

export const clustersQuery = (filter = '') =>
  queryOptions({
    queryKey: ['clusters', 'list', filter],
    queryFn: ({ signal }) =>
      // With recursion the answer is objects, not addresses.
      ask('clusters_list', { query: { recursion: '1', ...(filter !== '' && { filter }) }, signal }) as Promise<
        Cluster[]
      >,
  });

export const clusterQuery = (name: string) =>
  queryOptions({
    queryKey: ['clusters', 'one', name],
    queryFn: ({ signal }) => ask('cluster_show', { params: { name }, signal }),
  });

/** Files that were made together with the cluster. */
export const artifactsQuery = (clusterName: string) =>
  queryOptions({
    queryKey: ['clusters', 'one', clusterName, 'artifacts'],
    queryFn: ({ signal }) =>
      ask('artifacts_list', { params: { clusterName }, query: { recursion: '1' }, signal }) as Promise<Artifact[]>, // as above
  });

/** How many objects of each kind, project and status there are; of one cluster, or of all. */
export const facetsQuery = (cluster?: string) =>
  queryOptions({
    queryKey: ['inventory', 'facets', cluster ?? ''],
    queryFn: ({ signal }) => ask('inventory_facets', { query: { cluster }, signal }),
  });

export const freshnessQuery = (cluster?: string) =>
  queryOptions({
    queryKey: ['inventory', 'freshness', cluster ?? ''],
    queryFn: ({ signal }) => ask('inventory_freshness', { query: { cluster }, signal }),
  });
