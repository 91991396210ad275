import { isDeepStrictEqual } from 'node:util';
import type { Step, StepContext } from '@operations-center/workflow';
import type { Endpoint } from '../../../fleet/connection.ts';
import type { Sealed } from '../../../platform/keys/sealing.ts';
import type { CreateClusterPlan, PlannedServer, PlannedService } from '../plan/plan.ts';
import { ownEndpoint } from './endpoints.ts';
import type { FreshLook } from './fresh-look.ts';
import type { CreateClusterParts } from './parts.ts';
import { patient, returning } from './policies.ts';
import { restoreApplication } from './restore-application.ts';
import { onServer, untilServerCan } from './step-failure.ts';

type Config = Record<string, unknown>;

/** Gives one server its services, in IncusOS' order; one that is as wanted already gets no call. */
export const configureServices = (
  parts: CreateClusterParts,
  looks: FreshLook,
  server: PlannedServer,
): Step<CreateClusterPlan> => ({
  name: 'configure-services',
  target: server.name,
  about: `Configure services ${server.services.map((service) => service.name).join(', ') || '(none)'} on ${server.name}`,
  after: ['reserve'],
  policy: patient,
  async run(context) {
    const changed: string[] = [];
    for (const service of server.services) {
      const config = openConfig(parts, service.config);
      if (await bring(parts, ownEndpoint(server), service, config, context)) changed.push(service.name);
    }
    return { output: { changed }, already: changed.length === 0 };
  },
  undo: {
    policy: returning,
    async run(context) {
      // Seen on real Incus: killed in the middle of its join, it looked standalone and was a member a moment later.
      await restoreApplication(parts, looks, server, context);
      // Services that this step never got to are as they were: bringing them back is no call.
      for (const service of server.services.toReversed()) {
        await untilServerCan(() =>
          bring(parts, ownEndpoint(server), service, openConfig(parts, service.before), context, () =>
            looks.atStandalone(context, server),
          ),
        );
      }
    },
  },
});

/** Observe, act. True if something had to be done; `beforeIt` comes between. */
async function bring(
  parts: CreateClusterParts,
  endpoint: Endpoint,
  service: PlannedService,
  wanted: Config,
  context: Pick<StepContext<CreateClusterPlan>, 'signal' | 'observed'>,
  beforeIt: () => Promise<void> = async () => undefined,
): Promise<boolean> {
  const { incusOs } = parts.fleet;
  return onServer(async () => {
    const found = await incusOs.getService(endpoint, service.name, { signal: context.signal });
    if (found !== undefined && covers(found.value.config, wanted)) return false;
    await beforeIt();
    context.observed(`service ${service.name} is being configured`);
    await incusOs.putService(endpoint, service.name, wanted, { signal: context.signal });
    return true;
  });
}

/** IncusOS adds defaults to what it was given; what was given must be there, and nothing else set. */
export function covers(found: Config, wanted: Config): boolean {
  const keys = new Set([...Object.keys(found), ...Object.keys(wanted)]);
  return [...keys].every((key) => isDeepStrictEqual(emptyAsAbsent(found[key]), emptyAsAbsent(wanted[key])));
}

function emptyAsAbsent(value: unknown): unknown {
  if (value === null || value === '' || value === false || value === 0) return undefined;
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return undefined;
  return value;
}

const openConfig = (parts: CreateClusterParts, sealed: Sealed): Config =>
  // Sealed by the planner from a parsed object.
  JSON.parse(parts.sealer.open(sealed)) as Config;
