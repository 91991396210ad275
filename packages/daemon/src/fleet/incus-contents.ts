import { Network, nameFromUrl, UrlList } from '@operations-center/fleet-protocol';
import * as z from 'zod';
import type { Endpoint, FleetConnections } from './connection.ts';
import { type AskOptions, askSync } from './replies.ts';

/** What somebody keeps on an Incus, `kind/name`. Trusted certificates are not among it: every server has some. */
export type IncusContents = readonly string[];

const kinds = [
  { kind: 'instance', path: '/1.0/instances', query: { 'all-projects': 'true' } },
  { kind: 'image', path: '/1.0/images', query: { 'all-projects': 'true' } },
  { kind: 'project', path: '/1.0/projects', query: {} },
  { kind: 'storage-pool', path: '/1.0/storage-pools', query: {} },
  { kind: 'profile', path: '/1.0/profiles', query: { 'all-projects': 'true' } },
] as const;

const everyIncusHas = ['project/default', 'profile/default'];

/** Interfaces of the machine are listed as networks, too; those are nobody's. */
async function listManagedNetworks(
  connections: FleetConnections,
  endpoint: Endpoint,
  options: AskOptions,
): Promise<string[]> {
  const ask = { method: 'GET', path: '/1.0/networks', query: { recursion: '1', 'all-projects': 'true' } } as const;
  const { value } = await askSync(connections, endpoint, ask, z.array(Network), options);
  return value.filter((network) => network.managed).map((network) => `network/${network.name}`);
}

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
  const networks = await listManagedNetworks(connections, endpoint, options);
  return [...lists.flat(), ...networks].filter((entry) => !everyIncusHas.includes(entry)).sort();
}
