import { type Step, StepFailure, stepKey, type UndoContext } from '@operations-center/workflow';
import type { Sealed } from '../../../../platform/keys/sealing.ts';
import type { PlannedService } from '../../plan/plan.ts';
import { covers } from '../../steps/configure-services.ts';
import type { CreateClusterParts } from '../../steps/parts.ts';
import { patient, returning } from '../../steps/policies.ts';
import { onServer, untilServerCan } from '../../steps/step-failure.ts';
import { type ApplyPlan, memberOf, type ServerServices } from '../apply.ts';

const name = 'configure-services';

export const stepOfServices = ({ server }: Pick<ServerServices, 'server'>): string => stepKey({ name, target: server });

type Context = Pick<UndoContext<ApplyPlan>, 'plan' | 'signal' | 'observed' | 'warn'>;

/** Gives one living member its services, in IncusOS' order; one that is as wanted by now gets no call. */
export const changeServices = (parts: CreateClusterParts, { server, services }: ServerServices): Step<ApplyPlan> => ({
  name,
  target: server,
  about: `Configure services ${services.map((service) => service.name).join(', ')} on ${server}`,
  after: ['preflight'],
  policy: patient,
  async run(context) {
    let changed = false;
    for (const service of services) {
      const from = openConfig(parts, service.before);
      const to = openConfig(parts, service.config);
      const found = await onServer(() => bring(parts, server, service, { from, to }, context));
      if (found === 'strange') throw meanwhile(server, service);
      if (found === 'changed') changed = true;
    }
    return { already: !changed };
  },
  undo: {
    policy: returning,
    async run(context) {
      for (const service of services.toReversed()) {
        const from = openConfig(parts, service.config);
        const to = openConfig(parts, service.before);
        const found = await untilServerCan(() => bring(parts, server, service, { from, to }, context));
        if (found !== 'strange') continue;
        const message = `service ${service.name} on ${server} was changed by somebody else meanwhile and is left`;
        context.warn({ code: 'service_left', message });
      }
    },
  },
});

type Config = Record<string, unknown>;

/** Observe, act; what is neither as it was nor as it shall be is somebody else's. */
async function bring(
  parts: CreateClusterParts,
  server: string,
  service: PlannedService,
  { from, to }: { from: Config; to: Config },
  { plan, signal, observed }: Context,
): Promise<'changed' | 'already' | 'strange'> {
  const endpoint = memberOf(plan, server);
  const { incusOs } = parts.fleet;
  const config = (await incusOs.getService(endpoint, service.name, { signal }))?.value.config ?? {};
  if (covers(config, to)) return 'already';
  if (!covers(config, from)) return 'strange';
  observed(`service ${service.name} is being configured`);
  await incusOs.putService(endpoint, service.name, to, { signal });
  return 'changed';
}

const meanwhile = (server: string, { name: service }: PlannedService): StepFailure =>
  new StepFailure('permanent', 'service_changed', `${server}: somebody changed service ${service} meanwhile`, {
    hint: 'Plan it again: what is there now is compared anew.',
    details: { server, service },
  });

const openConfig = (parts: CreateClusterParts, sealed: Sealed): Config =>
  // Sealed by the planner from a parsed object.
  JSON.parse(parts.sealer.open(sealed)) as Config;
