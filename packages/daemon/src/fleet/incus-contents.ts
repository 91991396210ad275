import { nameFromUrl, UrlList } from '@operations-center/fleet-protocol';
import type { Endpoint, FleetConnections } from './connection.ts';
import { type AskOptions, askSync } from './replies.ts';

/** What somebody keeps on an Incus: `kind/name` of everything that clustering or a restore could take away. */
export type IncusContents = readonly string[];

const kinds = [
  { kind: 'instance', path: '/1.0/instances', query: { 'all-projects': 'true' } },
  { kind: 'image', path: '/1.0/images', query: { 'all-projects': 'true' } },
  { kind: 'project', path: '/1.0/projects', query: {} },
  { kind: 'storage-pool', path: '/1.0/storage-pools', query: {} },
] as const;

/** Looks at all of them at once. Names of `default` things that every Incus has are left out. */
export async function listContents(
  connections: FleetConnections,
  endpoint: Endpoint,
  options: AskOptions,
): Promise<IncusContents> {
  const lists = await Promise.all(
    kinds.map(async ({ kind, path, query }) => {
      const { value } = await askSync(connections, endpoint, { method: 'GET', path, query }, UrlList, options);
      return value.map((url) => `${kind}/${nameFromUrl(url)}`);
    }),
  );
  return lists
    .flat()
    .filter((entry) => entry !== 'project/default')
    .sort();
}
