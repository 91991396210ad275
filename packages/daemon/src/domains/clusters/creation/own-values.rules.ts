import { Fault } from '@operations-center/contract';
import {
  type BuiltIns,
  findBuiltIns,
  formatProblem,
  NO_FILE,
  normaliseServices,
  overrideServices,
  resolveBuiltIns,
  type ServerOverrides,
  type ServicesConfig,
} from '@operations-center/documents';
import type { CreateRequest } from './create-request.rules.ts';

type Wish = { services: ServicesConfig; overrides?: ServerOverrides };

/** What one server's services shall be; built-in variables stand in them as in a sample. */
export const servicesOf = ({ services, overrides = {} }: Wish, server: string): ServicesConfig =>
  overrideServices(services, overrides[server]?.services ?? []);

/** The same, built-in variables resolved for this very server. */
export function resolvedServices(
  request: { overrides: ServerOverrides; documents: Pick<CreateRequest['documents'], 'services_config'> },
  server: string,
  builtIns: BuiltIns,
): ServicesConfig {
  const own = Object.fromEntries(request.overrides[server]?.services.map(({ name, config }) => [name, config]) ?? []);
  const resolve = (value: unknown): ServicesConfig => {
    const read = normaliseServices(resolveBuiltIns(value, builtIns), NO_FILE, { allowUnknown: true, anyService: true });
    if (read.ok) return read.value;
    const { problems } = read;
    const told = `Services of ${server}: ${problems.map((problem) => formatProblem(problem)).join('; ')}`;
    throw new Fault('services_config_invalid', told, { details: { problems } });
  };
  return overrideServices(resolve(request.documents.services_config), resolve(own));
}

type OfServers = Wish & { server_names: readonly string[] };

/** Every service that any of the servers gets. */
export const serviceNames = (request: OfServers): string[] => [
  ...new Set(request.server_names.flatMap((server) => servicesOf(request, server).map(({ name }) => name))),
];

export const wantsService = (request: Wish, server: string, service: string): boolean =>
  servicesOf(request, server).some(({ name, config }) => name === service && config['enabled'] === true);

/** One of the servers at least. */
export const someoneWants = (request: OfServers, service: string): boolean =>
  request.server_names.some((server) => wantsService(request, server, service));

/** What is the cluster's can hold nothing that differs from server to server. */
export function refuseServerVariables(body: unknown, about: string): void {
  const [found] = findBuiltIns(body);
  if (found === undefined) return;
  const message = `${about}: @${found}@ differs from server to server, and this is one for all of them`;
  throw new Fault('application_config_invalid', message, {
    details: { variable: found },
    hint: 'Such a variable may stand in services, and in keys of single members: source of a pool, parent of a network.',
  });
}
