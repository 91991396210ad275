import type { Step } from '@operations-center/workflow';
import type { Endpoint } from '../../../fleet/connection.ts';
import { isFleetFailure } from '../../../fleet/fleet-failure.ts';
import { type Addresses, addressesOf, addressKeys, wantedAddresses } from '../plan/listen-addresses.ts';
import type { CreateClusterPlan, PlannedServer } from '../plan/plan.ts';
import { ownEndpoint } from './endpoints.ts';
import type { FreshLook } from './fresh-look.ts';
import type { CreateClusterParts } from './parts.ts';
import { quick, returning } from './policies.ts';
import type { PreflightOutput } from './preflight.ts';
import { onServer, untilServerCan } from './step-failure.ts';

/** Incus must listen on a specific address before it can be a member, and keeps it for good. */
export const setAddresses = (
  parts: CreateClusterParts,
  looks: FreshLook,
  server: PlannedServer,
): Step<CreateClusterPlan> => ({
  name: 'set-addresses',
  target: server.name,
  about: `Set the addresses of ${server.name}: ${server.management_address}, between members ${server.cluster_address}`,
  after: [`back-up-application/${server.name}`],
  policy: quick,
  async run({ signal }) {
    return { already: !(await onServer(() => bring(parts, ownEndpoint(server), wantedAddresses(server), signal))) };
  },
  undo: {
    policy: returning,
    async run(context) {
      const { signal, output } = context;
      // Read before anything was changed: a second try of this step would take its own work for what was there.
      const before = output<PreflightOutput>('preflight')?.addresses[server.name];
      if (before === undefined) return;
      await untilServerCan(async () => {
        if (await isMember(parts, server, signal)) return;
        await looks.atStandalone(context, server);
        await bring(parts, ownEndpoint(server, server.connection_url), before, signal);
      });
    },
  },
});

/** Writes the keys if they differ; false if they were as wanted. */
async function bring(
  parts: CreateClusterParts,
  endpoint: Endpoint,
  wanted: Addresses,
  signal: AbortSignal,
): Promise<boolean> {
  const { value, etag } = await parts.fleet.incus.getServer(endpoint, { signal });
  const before = addressesOf(value.config);
  if (addressKeys.every((key) => (before[key] ?? '') === (wanted[key] ?? ''))) return false;
  const config = { ...value.config };
  for (const key of addressKeys) {
    const address = wanted[key];
    if (address === undefined) delete config[key];
    else config[key] = address;
  }
  await parts.fleet.incus.putServerConfig(endpoint, config, { signal, etag });
  return true;
}

/** One that shows another certificate than its own became a member: its backup brings its addresses back. */
async function isMember(parts: CreateClusterParts, server: PlannedServer, signal: AbortSignal): Promise<boolean> {
  try {
    const { value } = await parts.fleet.incus.getServer(ownEndpoint(server, server.connection_url), { signal });
    return value.environment?.server_clustered ?? false;
  } catch (error) {
    if (isFleetFailure(error, 'certificate_changed')) return true;
    throw error;
  }
}
