import { randomUUID } from 'node:crypto';
import { type FactoryResetVerdict, Fault } from '@operations-center/contract';
import type { OperationView } from '@operations-center/workflow';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import type { MainDatabase } from '../../../schema.ts';
import { exitsOf, standsStill } from '../../operations/operation.ts';
import type { OperationService } from '../../operations/operations.service.ts';
import type { ServerMembership } from '../../servers/membership.ts';
import { endpointOf, type Server } from '../../servers/server.ts';
import { asStepFailure } from '../steps/step-failure.ts';
import type { FactoryResetPlan } from './factory-reset.plan.ts';
import { findHindrances, type Hindrance, refuseReset } from './factory-reset.rules.ts';
import { type DoneReset, listResets } from './factory-resets.store.ts';
import { type ResetLookParts, readResetFacts } from './read-reset-facts.service.ts';

export type FactoryResetParts = ResetLookParts & {
  database: Pick<MainDatabase, 'read' | 'write'>;
  sealer: Pick<Sealer, 'seal'>;
  operations: Pick<OperationService, 'load' | 'submit'>;
  servers: Pick<ServerMembership, 'findAll'>;
};

export type FactoryReset = {
  /** Reads every server of an operation that stands still, live, and says of each whether it could be reset. */
  consider(operation: string, signal: AbortSignal): Promise<FactoryResetVerdict>;
  /** Begins the reset of one of them. The operation that does it. */
  begin(ask: { operation: string; server: string; requested_by: string }, signal: AbortSignal): Promise<string>;
};

/** A reset is never done by itself; it is a way out that a person takes by name, where every condition holds. */
export const makeFactoryReset = (parts: FactoryResetParts): FactoryReset => ({
  async consider(id, signal) {
    const found = await parts.servers.findAll(serversOf(await loadStanding(parts, id)));
    const resets = await listResets(parts.database.read, id);
    const servers = await Promise.all(
      found.map(async (server) => {
        const { name } = server;
        const done = resets.find((reset) => reset.server === name);
        const because = await considerServer(parts, server, done, signal);
        const reset = done === undefined ? null : { operation: done.reset_by, at: new Date(done.at).toISOString() };
        return { name, possible: because.length === 0, because, reset };
      }),
    );
    const remaining = servers.filter(({ reset }) => reset === null);
    return { possible: remaining.length > 0 && remaining.every(({ possible }) => possible), servers };
  },

  async begin({ operation: id, server: name, requested_by }, signal) {
    const view = await loadStanding(parts, id);
    const [server] = serversOf(view).includes(name) ? await parts.servers.findAll([name]) : [];
    if (server === undefined) throw notOfIt(view, name);
    if (view.direction !== 'back') throw notTakenBack(view);
    const done = (await listResets(parts.database.read, id)).find((reset) => reset.server === name);
    const hindrances = await considerServer(parts, server, done, signal);
    if (hindrances.length > 0) throw refuseReset(name, hindrances, id);
    const { url, pins } = endpointOf(server);
    const { fingerprint, channel, cluster, forming_cluster } = server;
    const token = parts.sealer.seal(randomUUID());
    const plan: FactoryResetPlan = {
      ...{ operation: id, server: name, url, pins, token },
      ...{ fingerprint, channel, cluster, forming_cluster },
    };
    return parts.database.write('factory reset', (tx) =>
      parts.operations.submit(tx, { workflow: 'factory-reset', plan, requested_by }),
    );
  },
});

async function loadStanding(parts: Pick<FactoryResetParts, 'operations'>, id: string): Promise<OperationView> {
  const view = await parts.operations.load(id);
  if (standsStill(view)) return view;
  const message = `Operation ${id} does not stand still half-way: a factory reset is no way out of it`;
  throw new Fault('operation_exit_not_possible', message, { details: { operation: id, exits: exitsOf(view) } });
}

const serversOf = ({ claims }: OperationView): string[] =>
  claims.flatMap((claim) => (claim.startsWith('server/') ? [claim.slice('server/'.length)] : []));

/** Each server apart: one that is down does not hide what is wrong with the others. */
async function considerServer(
  parts: FactoryResetParts,
  server: Server,
  done: DoneReset | undefined,
  signal: AbortSignal,
): Promise<Hindrance[]> {
  if (done !== undefined) return [{ condition: 'once', because: `operation ${done.reset_by} has reset it already` }];
  try {
    return findHindrances(await readResetFacts(parts, server, signal));
  } catch (error) {
    signal.throwIfAborted();
    const failure = asStepFailure(error);
    if (!(failure instanceof Error) || failure === error) throw error;
    return [{ condition: 'answers', because: failure.message }];
  }
}

/** What may still be taken back is not thrown away. */
const notTakenBack = (view: OperationView): Fault =>
  new Fault(
    'operation_exit_not_possible',
    `Operation ${view.id} has not tried to take back what it did: a factory reset comes after that`,
    {
      details: { operation: view.id, exits: exitsOf(view) },
      hint: `Take it back first: operations-center operation undo ${view.id}.`,
    },
  );

const notOfIt = (view: OperationView, name: string): Fault =>
  new Fault('server_not_found', `Operation ${view.id} does not work on a server "${name.slice(0, 255)}"`, {
    details: { operation: view.id, server: name.slice(0, 255), servers: serversOf(view) },
  });
