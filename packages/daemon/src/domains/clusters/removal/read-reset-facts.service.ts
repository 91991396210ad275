import type { IncusOs } from '../../../fleet/incus-os.ts';
import { readOwnHost } from '../../../platform/own-host.ts';
import { endpointOf, type Server } from '../../servers/server.ts';
import type { ResetFacts } from './factory-reset.rules.ts';

export type ResetLookParts = {
  fleet: { incusOs: IncusOs };
  /** Channels of ours that hold an update which servers can fetch. */
  channelsWithUpdates(): Promise<readonly string[]>;
  /** Where servers register; empty: nowhere. */
  ownAddress(): string;
};

/** Reads all that a reset is judged by, and made of, at once. Throws a FleetFailure. */
export async function readResetFacts(parts: ResetLookParts, server: Server, signal: AbortSignal): Promise<ResetFacts> {
  const { incusOs } = parts.fleet;
  const endpoint = endpointOf(server);
  const options = { signal };
  const [environment, applications, network, storage, security, update, channels_with_updates] = await Promise.all([
    incusOs.getEnvironment(endpoint, options),
    incusOs.listApplications(endpoint, options),
    incusOs.getNetwork(endpoint, options),
    incusOs.getStorage(endpoint, options),
    incusOs.getSecurity(endpoint, options),
    incusOs.getUpdate(endpoint, options),
    parts.channelsWithUpdates(),
  ]);
  return {
    server,
    machine_id: environment.value.environment.machine_id,
    applications,
    network: network.value,
    storage: storage.value,
    security: security.value,
    update: update.value,
    own: { host: readOwnHost(), address: parts.ownAddress(), channels_with_updates },
  };
}
