import { objectPath } from '@operations-center/fleet-protocol';
import * as z from 'zod';
import type { Endpoint, FleetConnections } from './connection.ts';
import { type AskOptions, askSync } from './replies.ts';

/** What hangs on a network, goes with it, and does not count as using it. */
const parts: readonly { path: string; types: readonly string[] }[] = [
  { path: 'forwards', types: ['bridge', 'ovn'] },
  { path: 'load-balancers', types: ['ovn'] },
  { path: 'peers', types: ['ovn'] },
];
const Urls = z.array(z.string());

/** URLs of the forwards, load balancers and peers of a network. */
export async function listNetworkParts(
  connections: FleetConnections,
  endpoint: Endpoint,
  network: { name: string; project: string; type: string },
  options: AskOptions,
): Promise<string[]> {
  const { name, project, type } = network;
  const own = parts.filter(({ types }) => types.includes(type));
  const base = objectPath({ kind: 'network', name, project });
  const found = await Promise.all(
    own.map(({ path }) =>
      askSync(connections, endpoint, { method: 'GET', path: `${base}/${path}`, query: { project } }, Urls, options),
    ),
  );
  return found.flatMap(({ value }) => value);
}
