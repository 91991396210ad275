import type { ApplyPost } from '@operations-center/contract';
import {
  normalisePreseed,
  normaliseServices,
  type Preseed,
  resolveBuiltIns,
  type ServerOverrides,
  type ServicesConfig,
} from '@operations-center/documents';
import { applicationInvalid, sampleBuiltIns, servicesInvalid } from '../creation/create-request.rules.ts';
import { readOverrides } from '../creation/read-overrides.rules.ts';

export type Files = {
  preseed: Preseed;
  /** As a sample: built-in variables stand for something of the right kind. */
  services: ServicesConfig;
  overrides: ServerOverrides;
  /** As they were given, the name of the cluster put in where built-in variables are resolved. */
  given: { seed: Record<string, unknown>; services: Record<string, unknown>; overrides: unknown; built_ins: boolean };
  notes: { code: string; message: string }[];
};

/** What was applied last: what is not given anew stays so. */
export type GivenBefore = { overrides: unknown; built_ins: boolean };

type Cluster = { name: string; servers: readonly string[] };

export function readFiles(asked: ApplyPost, before: GivenBefore, cluster: Cluster): Files {
  const strictly = { strict: true, allowUnknown: asked.allow_unknown };
  const built_ins = asked.builtin_variables ?? before.built_ins;
  const withName = (value: Record<string, unknown>) =>
    // A map stays a map.
    (built_ins ? resolveBuiltIns(value, { CLUSTER_NAME: cluster.name }) : value) as Record<string, unknown>;
  const seed = withName(asked.application_seed_config);
  const given = withName(asked.services_config ?? {});
  const preseed = normalisePreseed(seed, undefined, strictly);
  if (!preseed.ok) throw applicationInvalid(preseed.problems);
  // Which services there are is asked of the servers.
  const sample = built_ins ? resolveBuiltIns(given, sampleBuiltIns(cluster.name)) : given;
  const services = normaliseServices(sample, undefined, { ...strictly, anyService: true });
  if (!services.ok) throw servicesInvalid(services.problems, '');
  const overridesGiven = asked.server_overrides ?? before.overrides;
  const overrides = readOverrides(overridesGiven, { servers: cluster.servers, ...strictly }, preseed.value);
  const notes = [...preseed.warnings, ...services.warnings].map(({ code, path, message }) => ({
    code,
    message: path === '' ? message : `${path}: ${message}`,
  }));
  return {
    ...{ preseed: preseed.value, services: services.value, overrides, notes },
    given: { seed, services: given, overrides: overridesGiven, built_ins },
  };
}
