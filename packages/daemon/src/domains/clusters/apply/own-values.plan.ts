import type { ApplyPost } from '@operations-center/contract';
import {
  type BuiltIns,
  normaliseOverrides,
  type ServerOverrides,
  type ServicesConfig,
} from '@operations-center/documents';
import { resolvedServices, servicesOf } from '../creation/own-values.rules.ts';
import { builtInsByServer } from '../plan/create-cluster.plan.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import type { Files } from './read-files.rules.ts';

type Servers = CreateClusterPlan['servers'];

/** As at its creation: the same place in the list, the same addresses. Whoever came later comes behind. */
export function builtInsOfMembers(
  cluster: string,
  members: readonly { name: string; url: string }[],
  made: Servers,
): Readonly<Record<string, BuiltIns>> {
  const places = new Map(made.map(({ name }, place) => [name, place]));
  const placeOf = ({ name }: { name: string }) => places.get(name) ?? made.length;
  const ordered = [...members].sort((a, b) => placeOf(a) - placeOf(b));
  const addresses = ordered.map(({ name, url }) => {
    const known = made.find((server) => server.name === name);
    const { host } = new URL(url);
    return { cluster: known?.cluster_address ?? host, management: known?.management_address ?? host };
  });
  const names = ordered.map(({ name }) => name);
  return builtInsByServer(cluster, names, addresses);
}

/** What each member's services shall be. Nothing is said of them unless one of the two was given. */
export function wantedServices(
  { services, overrides, given }: Files,
  asked: Pick<ApplyPost, 'services_config' | 'server_overrides'>,
  builtIns: Readonly<Record<string, BuiltIns>>,
): (server: string) => ServicesConfig {
  if (asked.services_config === undefined && asked.server_overrides === undefined) return () => [];
  return (server) => {
    const own = given.built_ins ? builtIns[server] : undefined;
    if (own === undefined) return servicesOf({ services, overrides }, server);
    return resolvedServices({ overrides, documents: { services_config: given.services } }, server, own);
  };
}

/** What was given before, read again. What cannot be read any more says nothing. */
export function overridesBefore(given: unknown): ServerOverrides {
  const read = normaliseOverrides(given, undefined, { anyService: true, allowUnknown: true });
  return read.ok ? read.value : {};
}
