import {
  backUpCall,
  bootstrapCall,
  type ChangeCall,
  type ConfigMap,
  createObjectCall,
  joinCall,
  joinTokenCall,
  pathWithQuery,
  putObjectCall,
  putServerConfigCall,
  putServiceCall,
  restoreCall,
} from '@operations-center/fleet-protocol';
import { changeTargets, createCalls } from '../plan/item-calls.plan.ts';
import { addressesOf, addressKeys, wantedAddresses } from '../plan/listen-addresses.ts';
import { byFingerprint, configOf, type ItemBody, identityOf, type OpenItem } from '../plan/open-item.ts';
import { type CreateClusterPlan, firstOf, joinRequest, namesOf, type PlannedServer } from '../plan/plan.ts';
import type { WholeCall } from './described-step.ts';

export const wholeCall = (server: string, call: ChangeCall): WholeCall => ({
  server,
  method: call.method,
  path: pathWithQuery(call),
  body: call.body ?? null,
});

type Config = Record<string, unknown>;
/** `${…}`: known only when the step runs. */
const hole = (what: string): string => `\${${what}}`;
/** All that is there and not named beside it. */
const rest = { '...': hole('config') };

/** A service of a plan, opened. */
export type OpenService = { name: string; config: Config; before: Config };

export const serviceCalls = (server: PlannedServer, services: readonly OpenService[]): WholeCall[] =>
  services.map(({ name, config }) => wholeCall(server.name, putServiceCall(name, config)));

/** In the order in which they are taken back. */
export const serviceUndoCalls = (server: PlannedServer, services: readonly OpenService[]): WholeCall[] =>
  services.toReversed().map(({ name, before }) => wholeCall(server.name, putServiceCall(name, before)));

export const backUpCalls = (server: PlannedServer): WholeCall[] => [
  wholeCall(server.name, backUpCall(server.application)),
];

/** The backup itself is known only then. */
export const restoreCalls = (server: PlannedServer): WholeCall[] => [
  { ...wholeCall(server.name, restoreCall(server.application)), body: hole(`backup:${server.name}`) },
];

export const addressCalls = (server: PlannedServer, config: Readonly<ConfigMap>): WholeCall[] =>
  addressKeys.every((key) => (config[key] ?? '') === wantedAddresses(server)[key])
    ? []
    : [wholeCall(server.name, putServerConfigCall({ ...rest, ...wantedAddresses(server) }))];

/** The addresses as they were, with whatever else is there by then. */
export const addressUndoCalls = (server: PlannedServer, config: Readonly<ConfigMap>): WholeCall[] =>
  addressCalls(server, config).map((call) => ({ ...call, body: { config: { ...rest, ...addressesOf(config) } } }));

export const bootstrapCalls = (plan: CreateClusterPlan): WholeCall[] => [
  wholeCall(firstOf(plan).name, bootstrapCall(firstOf(plan).name)),
];

export function joinCalls(plan: CreateClusterPlan, server: PlannedServer): WholeCall[] {
  const known = { certificate: hole('certificate'), token: hole(`token:${server.name}`) };
  return [
    wholeCall(firstOf(plan).name, joinTokenCall(server.name)),
    wholeCall(server.name, joinCall(joinRequest(plan, server, known))),
  ];
}

/** All items are made and changed through the first server. */
export function itemCreateCalls(plan: CreateClusterPlan, item: OpenItem): WholeCall[] {
  const { kind } = item.planned;
  if (kind === 'server-config') return [];
  const identity = identityOf(kind === 'certificate' ? byFingerprint(item) : item, kind);
  return createCalls(item, namesOf(plan)).map(({ body, target }) =>
    wholeCall(firstOf(plan).name, createObjectCall(identity, body, { target })),
  );
}

/** `body` is what the comparison says; `configs` the config of each server, for only what differs is sent. */
export function itemChangeCalls(
  plan: CreateClusterPlan,
  item: OpenItem,
  body: ItemBody,
  configs: Readonly<Record<string, Readonly<ConfigMap>>>,
): WholeCall[] {
  const first = firstOf(plan).name;
  const { kind } = item.planned;
  if (kind === 'server-config') return serverConfigCalls(plan, item, configs).map((call) => wholeCall(first, call));
  const identity = identityOf(kind === 'certificate' ? byFingerprint(item) : item, kind);
  return changeTargets(item, namesOf(plan)).map((target) =>
    wholeCall(first, putObjectCall(identity, body, { target })),
  );
}

function serverConfigCalls(
  plan: CreateClusterPlan,
  item: OpenItem,
  configs: Readonly<Record<string, Readonly<ConfigMap>>>,
): ChangeCall[] {
  const differs = (wanted: Readonly<ConfigMap>, name: string) =>
    Object.entries(wanted).some(([key, value]) => (configs[name]?.[key] ?? '') !== value);
  const whole = configOf(item.wanted);
  return [
    ...namesOf(plan).flatMap((target) => {
      const own = item.perMember?.[target] ?? {};
      return differs(own, target) ? [putServerConfigCall({ ...rest, ...own }, { target })] : [];
    }),
    ...(differs(whole, firstOf(plan).name) ? [putServerConfigCall({ ...rest, ...whole })] : []),
  ];
}
