import { type ClusterPost, Fault } from '@operations-center/contract';
import {
  builtInsOf,
  formatProblem,
  NO_FILE,
  normalisePreseed,
  normaliseServices,
  type OverridesOptions,
  type ParsedDocument,
  type Preseed,
  type Problem,
  resolveBuiltIns,
  type ServerOverrides,
  type ServicesConfig,
} from '@operations-center/documents';
import type { TemplateUse } from '../../templates/template-use.ts';
import { checkClusterName, checkClusterWish, checkNewCluster, checkUsableUrl } from '../cluster.rules.ts';
import { goQuote } from '../connection-url.rules.ts';
import { readOverrides } from './read-overrides.rules.ts';

/** A request to make a cluster that is right in itself: nothing was asked of anybody yet. */
export type CreateRequest = Omit<ClusterPost, 'services_config' | 'application_seed_config' | 'server_overrides'> & {
  services: ServicesConfig;
  preseed: Preseed;
  /** What single servers get otherwise. */
  overrides: ServerOverrides;
  /** Whether built-in variables stand in it, to be resolved for each server. */
  built_ins: boolean;
  /** The two documents as they were read: what is applied later is compared with them. */
  documents: { services_config: unknown; application_seed_config: unknown };
  /** From what a template made them. */
  template: TemplateUse | undefined;
  /** What was taken although a strict reader would not. */
  notes: readonly Note[];
};
export type Note = { code: string; message: string };

/** The two documents: as they came, or as a template made them. */
export type Configurations = {
  services: ParsedDocument;
  application: ParsedDocument;
  warnings: readonly Note[];
  use?: TemplateUse;
  /** Built-in variables are to be resolved. */
  hasBuiltIns?: boolean;
};

export const givenConfigurations = (given: ClusterPost): Configurations => ({
  services: { value: given.services_config, origin: NO_FILE },
  application: { value: given.application_seed_config, origin: NO_FILE },
  warnings: [],
});

/** Rows 1 to 9 of OC's order, then the services' values, which OC looks at only after it took the name. */
export function readCreateRequest(
  given: ClusterPost,
  defaultChannel: string,
  configurations: Configurations = givenConfigurations(given),
): CreateRequest {
  const { services_config: _services, application_seed_config: _application, server_overrides, ...wish } = given;
  const request = { ...wish, channel: given.channel === '' ? defaultChannel : given.channel };
  checkClusterName(request.name);
  checkClusterWish(request);
  checkNewCluster(request);
  const { strict, allow_unknown: allowUnknown } = given;
  // A check may be asked for before anybody knows the URL; a plan may not.
  if (strict && request.connection_url !== '') checkUsableUrl(request.connection_url);
  const { services: wanted, application } = configurations;
  const preseed = normalisePreseed(application.value, application.origin, { strict, allowUnknown });
  // Which services there are is asked of the servers.
  const built_ins = configurations.hasBuiltIns === true || given.builtin_variables;
  const sample = built_ins ? resolveBuiltIns(wanted.value, sampleBuiltIns(request.name)) : wanted.value;
  const services = normaliseServices(sample, wanted.origin, { strict, allowUnknown, anyService: true });
  const options = { servers: request.server_names, strict, allowUnknown };
  const overrides = tryOverrides(server_overrides, options, preseed.ok ? preseed.value : undefined);
  if (!preseed.ok || !services.ok || overrides instanceof Fault) {
    const refusals = [
      ...(preseed.ok ? [] : [applicationInvalid(preseed.problems)]),
      ...(services.ok ? [] : [servicesInvalid(services.problems, request.server_names[0] ?? '')]),
      ...(overrides instanceof Fault ? [overrides] : []),
    ];
    throw strict ? tellAllFiles(refusals) : refusals[0];
  }
  const told = [...preseed.warnings, ...services.warnings].map(({ code, path, message }) => ({
    code,
    message: path === '' ? message : `${path}: ${message}`,
  }));
  const notes = [...configurations.warnings, ...told];
  const { value: services_config } = configurations.services;
  const { value: application_seed_config } = configurations.application;
  const documents = { services_config, application_seed_config };
  const template = configurations.use;
  return {
    ...request,
    services: services.value,
    preseed: preseed.value,
    overrides,
    built_ins,
    documents,
    template,
    notes,
  };
}

/** Of the right kinds: what is right with them is right with those of a server. */
export const sampleBuiltIns = (cluster: string) =>
  builtInsOf({ cluster, server: 'server', index: 1, cluster_address: '192.0.2.1', management_address: '192.0.2.1' });

/** Of a file that cannot be read nothing is known that overrides could name. */
function tryOverrides(
  value: unknown,
  options: OverridesOptions,
  preseed: Preseed | undefined,
): ServerOverrides | Fault {
  try {
    return readOverrides(value, options, preseed);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

const files: Readonly<Record<string, string>> = {
  application_config_invalid: 'application_seed_config',
  services_config_invalid: 'services_config',
  server_overrides_invalid: 'server_overrides',
};

/** The first refusal, and the mistakes of all files in its details, each with its file. */
function tellAllFiles(refusals: readonly Fault[]): Fault {
  const [first, ...others] = refusals;
  if (first === undefined) throw new TypeError('something is wrong');
  if (others.length === 0) return first;
  const problems = refusals.flatMap(({ code, details }) =>
    // Put there by the three just below and by readOverrides.
    (details['problems'] as readonly Problem[]).map((one) => ({ ...one, file: one.file ?? files[code] ?? null })),
  );
  return new Fault(first.code, first.message, { details: { ...first.details, problems } });
}

export function applicationInvalid(problems: readonly Problem[]): Fault {
  const told = problems[0] === undefined ? 'not of the expected shape' : formatProblem(problems[0]);
  const prefix = 'Invalid cluster definition, failed to unmarshal application seed config as Incus local init preseed';
  return new Fault('application_config_invalid', `${prefix}: ${told}`, { details: { problems } });
}

export function servicesInvalid(problems: readonly Problem[], server: string): Fault {
  const [first] = problems;
  const service = first?.path.split(/[.[]/)[0] ?? '';
  const prefix = `Failed to enable OS service ${goQuote(service)} on ${goQuote(server)}`;
  return new Fault('services_config_invalid', `${prefix}: ${first === undefined ? 'not a map' : tell(first)}`, {
    details: { problems },
  });
}

/** OC's words where it has any. */
function tell(problem: Problem): string {
  if (problem.code === 'service_not_an_object') return 'config is not an object';
  const isEnabled =
    problem.path.endsWith('.enabled') || (problem.code === 'missing_field' && problem.path.startsWith('lvm'));
  return isEnabled ? '"enabled" is not a bool' : problem.message;
}
