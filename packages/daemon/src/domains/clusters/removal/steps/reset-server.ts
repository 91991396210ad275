import { type Step, type StepContext, StepFailure } from '@operations-center/workflow';
import { FleetFailure } from '../../../../fleet/fleet-failure.ts';
import { pauseMs } from '../../../../platform/clock.ts';
import { quick } from '../../steps/policies.ts';
import { onServer } from '../../steps/step-failure.ts';
import { type FactoryResetPlan, makeResetSeeds } from '../factory-reset.plan.ts';
import { findHindrances, refuseReset } from '../factory-reset.rules.ts';
import { readResetFacts } from '../read-reset-facts.service.ts';
import { type FactoryResetStepParts, tokenOf } from './parts.ts';

/** IncusOS goes down a second after its answer. */
const goneAfterMs = 5_000;

type Context = StepContext<FactoryResetPlan>;

/** Reads everything once more, judges it, and sends what was just read as seeds. Tried once: what it did cannot be undone. */
export const resetServer = (parts: FactoryResetStepParts): Step<FactoryResetPlan> => ({
  name: 'reset-server',
  about: 'Reset the server to factory state',
  after: ['expect-server'],
  policy: { ...quick, name: 'once', attempts: 1, deadlineMs: 90_000 },
  undo: { none: 'what was on its system disk is gone' },
  async run(context) {
    if (context.mayBeDone && !(await standsAsBefore(parts, context))) return { output: { sent: true }, already: true };
    const [server] = await parts.servers.findAll([context.plan.server]);
    if (server?.fingerprint !== context.plan.fingerprint) throw isAnother(context.plan);
    const facts = await onServer(() => readResetFacts(parts, server, context.signal));
    const hindrances = findHindrances(facts);
    if (hindrances.length > 0) {
      const { message } = refuseReset(server.name, hindrances, context.plan.operation);
      throw new StepFailure('permanent', 'factory_reset_not_possible', message, { details: { because: hindrances } });
    }
    const provider = {
      address: facts.own.address,
      certificate: parts.identity.server.certificate,
      token: tokenOf(parts, context.plan),
    };
    await send(parts, context, makeResetSeeds(facts, provider));
    const { operation } = context.plan;
    return {
      output: { sent: true },
      save: (tx) => parts.tell(tx, 'server-factory-reset', server.name, { operation }),
    };
  },
});

/** An answer that never came may be that of a server that took it: whether it is still there tells. */
async function send(
  parts: FactoryResetStepParts,
  context: Context,
  seeds: ReturnType<typeof makeResetSeeds>,
): Promise<void> {
  const { signal, plan } = context;
  try {
    await parts.fleet.incusOs.factoryReset(endpointIn(plan), seeds, { signal, fresh: true });
  } catch (error) {
    const isSilent = error instanceof FleetFailure && error.kind === 'transient' && error.code !== 'refused';
    if (!isSilent || (await standsAsBefore(parts, context))) await onServer(() => Promise.reject(error));
    context.warn({ code: 'no_answer', message: `${plan.server} did not answer, and is gone: it took the reset` });
  }
}

/** Asked after a pause: one that is about to go down still answers for a second. */
async function standsAsBefore({ fleet }: FactoryResetStepParts, { plan, signal }: Context): Promise<boolean> {
  await pauseMs(goneAfterMs, signal);
  try {
    await fleet.incusOs.ping(endpointIn(plan), { signal, fresh: true });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FleetFailure) return false;
    throw error;
  }
}

const endpointIn = ({ server, url, pins }: FactoryResetPlan) => ({ name: server, url, pins });

const isAnother = ({ server }: FactoryResetPlan): StepFailure =>
  new StepFailure('permanent', 'server_changed', `${server} is not the machine any more that this reset is for`, {
    hint: 'Look at it: operations-center provisioning server show.',
  });
