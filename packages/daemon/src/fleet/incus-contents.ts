import { Network, nameFromUrl, UrlList } from '@operations-center/fleet-protocol';
import * as z from 'zod';
import type { Endpoint, FleetConnections } from './connection.ts';
import { type AskOptions, askSync, orAbsent } from './replies.ts';

/** What somebody keeps on an Incus, `kind/name`. Trusted certificates are not among it: every server has some. */
export type IncusContents = readonly string[];

type ReadNames = (connections: FleetConnections, endpoint: Endpoint, options: AskOptions) => Promise<string[]>;

const namesIn =
  (kind: string, path: string, query: Record<string, string>): ReadNames =>
  async (connections, endpoint, options) => {
    const { value } = await askSync(connections, endpoint, { method: 'GET', path, query }, UrlList, options);
    return value.map((url) => `${kind}/${nameFromUrl(url)}`);
  };

/** Interfaces of the machine are listed as networks, too; those are nobody's. */
const managedNetworks: ReadNames = async (connections, endpoint, options) => {
  const ask = { method: 'GET', path: '/1.0/networks', query: { recursion: '1', 'all-projects': 'true' } } as const;
  const { value } = await askSync(connections, endpoint, ask, z.array(Network), options);
  return value.filter((network) => network.managed).map((network) => `network/${network.name}`);
};

const all = { 'all-projects': 'true' };

/** The pools, and the volumes in them that people made; other volumes belong to an instance or image of the list. */
const poolsAndVolumes: ReadNames = async (connections, endpoint, options) => {
  const pools = await namesIn('storage-pool', '/1.0/storage-pools', {})(connections, endpoint, options);
  const volumes = await Promise.all(
    pools.map((entry) => {
      const path = `/1.0/storage-pools/${encodeURIComponent(entry.slice('storage-pool/'.length))}/volumes/custom`;
      // A pool may be gone by now; then so are its volumes.
      return orAbsent(namesIn('storage-volume', path, all)(connections, endpoint, options));
    }),
  );
  return [...pools, ...new Set(volumes.flatMap((names) => names ?? []))];
};

/** One question each, for who asks them one after the other. */
export const contentQuestions: readonly ReadNames[] = [
  namesIn('instance', '/1.0/instances', all),
  namesIn('image', '/1.0/images', all),
  namesIn('project', '/1.0/projects', {}),
  poolsAndVolumes,
  namesIn('profile', '/1.0/profiles', all),
  managedNetworks,
];

const everyIncusHas = ['project/default', 'profile/default'];

/** What the answers to all questions come to. Names of `default` things that every Incus has are left out. */
export const joinContents = (answers: readonly (readonly string[])[]): IncusContents =>
  answers
    .flat()
    .filter((entry) => !everyIncusHas.includes(entry))
    .sort();

/** Looks at all of them at once. */
export const listContents = async (
  connections: FleetConnections,
  endpoint: Endpoint,
  options: AskOptions,
): Promise<IncusContents> =>
  joinContents(await Promise.all(contentQuestions.map((ask) => ask(connections, endpoint, options))));
