import { type FactoryResetVerdict, Fault } from '@operations-center/contract';
import { isOpen } from '@operations-center/workflow';
import type { IncusOs } from '../../../fleet/incus-os.ts';
import { type OwnHost, readOwnHost } from '../../../platform/own-host.ts';
import { exitsOf } from '../../operations/operation.ts';
import type { OperationService } from '../../operations/operations.service.ts';
import type { ServerMembership } from '../../servers/membership.ts';
import { endpointOf, type Server } from '../../servers/server.ts';
import { asStepFailure } from '../steps/step-failure.ts';
import { findHindrances, type Hindrance } from './factory-reset.rules.ts';

export type FactoryResetParts = {
  fleet: { incusOs: IncusOs };
  operations: Pick<OperationService, 'load'>;
  servers: Pick<ServerMembership, 'findAll'>;
  /** Channels of ours that hold an update which servers can fetch. */
  channelsWithUpdates(): Promise<readonly string[]>;
  /** Where servers register; empty: nowhere. */
  ownAddress(): string;
};

export type FactoryReset = {
  /** Reads every server of an operation that may be left, live, and says of each whether it could be reset. */
  consider(operation: string, signal: AbortSignal): Promise<FactoryResetVerdict>;
};

/** A reset is never done by itself; it is a way out that a person takes by name, where every condition holds. */
export const makeFactoryReset = (parts: FactoryResetParts): FactoryReset => ({
  async consider(id, signal) {
    const view = await parts.operations.load(id);
    const exits = exitsOf(view);
    if (!isOpen(view.status) || !exits.includes('leave')) {
      const message = `Operation ${id} does not stand still half-way: a factory reset is no way out of it`;
      throw new Fault('operation_exit_not_possible', message, { details: { operation: id, exits } });
    }
    const names = view.claims.flatMap((claim) => (claim.startsWith('server/') ? [claim.slice('server/'.length)] : []));
    const own = {
      host: readOwnHost(),
      address: parts.ownAddress(),
      channels_with_updates: await parts.channelsWithUpdates(),
    };
    const found = await parts.servers.findAll(names);
    const servers = await Promise.all(
      found.map(async (server) => {
        const because = await considerServer(parts, server, own, signal);
        return { name: server.name, possible: because.length === 0, because };
      }),
    );
    return { possible: servers.length > 0 && servers.every(({ possible }) => possible), servers };
  },
});

type Own = { host: OwnHost; address: string; channels_with_updates: readonly string[] };

/** Each server apart: one that is down does not hide what is wrong with the others. */
async function considerServer(
  { fleet: { incusOs } }: FactoryResetParts,
  server: Server,
  own: Own,
  signal: AbortSignal,
): Promise<Hindrance[]> {
  const endpoint = endpointOf(server);
  const options = { signal };
  try {
    const [environment, applications, network, storage, security] = await Promise.all([
      incusOs.getEnvironment(endpoint, options),
      incusOs.listApplications(endpoint, options),
      incusOs.getNetwork(endpoint, options),
      incusOs.getStorage(endpoint, options),
      incusOs.getSecurity(endpoint, options),
    ]);
    return findHindrances({
      server,
      machine_id: environment.value.environment.machine_id,
      applications,
      network: network.value,
      storage: storage.value,
      security: security.value,
      own,
    });
  } catch (error) {
    signal.throwIfAborted();
    const failure = asStepFailure(error);
    if (!(failure instanceof Error) || failure === error) throw error;
    return [{ condition: 'answers', because: failure.message }];
  }
}
