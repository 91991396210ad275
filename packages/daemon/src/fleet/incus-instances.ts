import { listOf } from '@operations-center/fleet-protocol';
import * as z from 'zod';
import type { Endpoint, FleetConnections } from './connection.ts';
import { type AskOptions, askSync } from './replies.ts';

const text = z.string().default('');
const Instance = z.looseObject({
  name: z.string(),
  project: text,
  status: text,
  location: text,
  profiles: listOf(z.string()),
  expanded_devices: z
    .record(z.string(), z.record(z.string(), z.string()))
    .nullish()
    .transform((devices) => devices ?? {}),
});
/** As much of an instance as says what it uses. */
export type InstanceUse = z.output<typeof Instance>;

/** Some kilobytes each. */
const maxBytes = 64 * 1024 * 1024;

/** Every instance of a cluster, with what it uses. */
export async function listInstanceUses(
  connections: FleetConnections,
  endpoint: Endpoint,
  options: AskOptions,
): Promise<InstanceUse[]> {
  const query = { recursion: '1', 'all-projects': 'true' };
  const ask = { method: 'GET', path: '/1.0/instances', query, maxBytes } as const;
  return (await askSync(connections, endpoint, ask, listOf(Instance), options)).value;
}
