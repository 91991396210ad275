import type { Step } from '@operations-center/workflow';
import type { Endpoint } from '../../../fleet/connection.ts';
import type { CreateClusterPlan, PlannedServer } from '../create-cluster-plan.ts';
import { ownEndpoint } from './endpoints.ts';
import type { CreateClusterParts } from './parts.ts';
import { quick, returning } from './policies.ts';
import { onServer, untilServerCan } from './step-failure.ts';

const addressKeys = ['core.https_address', 'cluster.https_address'] as const;
type Addresses = Partial<Record<(typeof addressKeys)[number], string>>;

/** Incus must listen on a specific address before it can be a member, and keeps it for good. */
export const setAddresses = (parts: CreateClusterParts, server: PlannedServer): Step<CreateClusterPlan> => ({
  name: 'set-addresses',
  target: server.name,
  about: `Set the addresses of ${server.name}: ${server.management_address}, between members ${server.cluster_address}`,
  after: [`back-up-application/${server.name}`],
  policy: quick,
  async run({ signal }) {
    const wanted = { 'core.https_address': server.management_address, 'cluster.https_address': server.cluster_address };
    const before = await onServer(() => bring(parts, ownEndpoint(server), wanted, signal));
    return { output: { before: before ?? wanted }, already: before === undefined };
  },
  undo: {
    policy: returning,
    async run({ signal, output }) {
      const before = output<{ before: Addresses }>(`set-addresses/${server.name}`)?.before;
      // Without an output the backup, taken before, knows what was there; a member cannot change its addresses at all.
      if (before === undefined || (await isMember(parts, server, signal))) return;
      await untilServerCan(() => bring(parts, ownEndpoint(server, server.connection_url), before, signal));
    },
  },
});

/** Writes the keys if they differ; answers what they were, or undefined if they were as wanted. */
async function bring(
  parts: CreateClusterParts,
  endpoint: Endpoint,
  wanted: Addresses,
  signal: AbortSignal,
): Promise<Addresses | undefined> {
  const { value, etag } = await parts.fleet.incus.getServer(endpoint, { signal });
  const before = Object.fromEntries(
    addressKeys.flatMap((key) => (key in value.config ? [[key, value.config[key]]] : [])),
  ) as Addresses;
  if (addressKeys.every((key) => (before[key] ?? '') === (wanted[key] ?? ''))) return undefined;
  const config = { ...value.config };
  for (const key of addressKeys) {
    const address = wanted[key];
    if (address === undefined) delete config[key];
    else config[key] = address;
  }
  await parts.fleet.incus.putServerConfig(endpoint, config, { signal, etag });
  return before;
}

/** One that shows another certificate than its own became a member: its backup brings everything back. */
async function isMember(parts: CreateClusterParts, server: PlannedServer, signal: AbortSignal): Promise<boolean> {
  try {
    const { value } = await parts.fleet.incus.getServer(ownEndpoint(server, server.connection_url), { signal });
    return value.environment?.server_clustered ?? false;
  } catch {
    return true;
  }
}
