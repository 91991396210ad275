import type { PlannedChange } from '@operations-center/contract';
import type { ConfigMap } from '@operations-center/fleet-protocol';
import { addressesOf, wantedAddresses } from '../plan/listen-addresses.ts';
import { type CreateClusterPlan, namesOf, type PlannedServer } from '../plan/plan.ts';
import type { StepFacts, StepOutline } from './described-step.ts';
import { type FactsAsk, itemFacts, type PlanLook } from './item-facts.plan.ts';
import {
  addressCalls,
  addressUndoCalls,
  backUpCalls,
  bootstrapCalls,
  joinCalls,
  type OpenService,
  restoreCalls,
  serviceCalls,
  serviceUndoCalls,
} from './planned-calls.plan.ts';
import { valueRows } from './value-rows.plan.ts';

const nothing = { changes: [], already: [], interrupts: null, calls: [] };
const rows = (about: string): StepFacts['undo'] => ({ automatic: true, about, calls: [] });

/** By the name of the step: what it does to whom, and how that is taken back. */
export function factsOf(step: Pick<StepOutline, 'name' | 'target'>, ask: FactsAsk): StepFacts {
  const { plan } = ask;
  const all = namesOf(plan);
  const server = plan.servers.find(({ name }) => name === step.target);
  const own = byServer[step.name];
  if (own !== undefined && server !== undefined) return own(server, ask);
  if (step.name === 'apply-application-config') return itemFacts(step.target ?? '', ask);
  const phase = step.name === 'adopt' ? 'cluster' : step.name === 'first-inventory' ? 'application' : 'preflight';
  const undo = rows(ownRows[step.name] ?? 'nothing to take back: it only looks');
  return { ...nothing, phase, servers: all, undo };
}

/** Steps that change rows of ours, and no server. */
const ownRows: Readonly<Record<string, string>> = {
  reserve: 'the servers are free again',
  adopt: 'the servers belong to no cluster again',
  'first-inventory': 'what was read is forgotten',
};

const byServer: Readonly<Record<string, (server: PlannedServer, ask: FactsAsk) => StepFacts>> = {
  'configure-services': servicesFacts,
  'back-up-application': backUpFacts,
  'set-addresses': addressFacts,
  bootstrap: bootstrapFacts,
  'join-member': joinFacts,
  'await-member': (server) => ({
    ...nothing,
    phase: 'cluster',
    servers: [server.name],
    undo: rows('nothing to take back: it only looks'),
  }),
};

function servicesFacts(server: PlannedServer, { sealer }: FactsAsk): StepFacts {
  // Sealed by the planner from parsed objects.
  const open = (sealed: PlannedServer['services'][number]['config']) =>
    JSON.parse(sealer.open(sealed)) as OpenService['config'];
  const services = server.services.map(({ name, config, before }) => ({
    name,
    config: open(config),
    before: open(before),
  }));
  return {
    phase: 'services',
    servers: [server.name],
    calls: serviceCalls(server, services),
    changes: services.flatMap(({ name, before, config }) => valueRows(`${name}.`, before, config)),
    already: [...server.services_already],
    interrupts: null,
    undo: {
      automatic: true,
      about: 'each service gets back what it had',
      calls: serviceUndoCalls(server, services),
    },
  };
}

function backUpFacts(server: PlannedServer, { look }: FactsAsk): StepFacts {
  const held = look.servers[server.name]?.contents ?? [];
  const holds = held.slice(0, 5).join(', ');
  return {
    ...nothing,
    phase: 'cluster',
    servers: [server.name],
    calls: backUpCalls(server),
    undo:
      held.length === 0
        ? {
            automatic: true,
            about: `restores ${server.name} from this backup: standalone, with its own certificate`,
            calls: restoreCalls(server),
          }
        : {
            automatic: false,
            about: `not by itself: ${server.name} is not empty (${holds}), and a restore would lose what came after the backup`,
            calls: [],
          },
  };
}

const configOf = (server: PlannedServer, look: PlanLook): Readonly<ConfigMap> =>
  look.servers[server.name]?.config ?? {};

function addressFacts(server: PlannedServer, { look }: FactsAsk): StepFacts {
  const before = configOf(server, look);
  const calls = addressCalls(server, before);
  return {
    phase: 'cluster',
    servers: [server.name],
    calls,
    changes: valueRows('', addressesOf(before), wantedAddresses(server)),
    already: calls.length === 0 ? ['addresses'] : [],
    interrupts: null,
    undo: { automatic: true, about: 'it listens where it did before', calls: addressUndoCalls(server, before) },
  };
}

const becomes = (plan: CreateClusterPlan): PlannedChange[] => [
  { what: 'cluster', before: null, after: plan.cluster },
  { what: 'certificate', before: 'its own', after: `that of cluster ${plan.cluster}` },
];

function bootstrapFacts(server: PlannedServer, { plan }: FactsAsk): StepFacts {
  return {
    phase: 'cluster',
    servers: [server.name],
    calls: bootstrapCalls(plan),
    changes: becomes(plan),
    already: [],
    interrupts: null,
    undo: rows('looks once more at what the cluster holds; then the backups are restored'),
  };
}

function joinFacts(server: PlannedServer, { plan }: FactsAsk): StepFacts {
  return {
    phase: 'cluster',
    servers: [server.name],
    calls: joinCalls(plan, server),
    changes: becomes(plan),
    already: [],
    interrupts: 'Incus does not answer for some seconds while it joins; nothing runs there',
    undo: rows('Incus cannot take a join back: its backup is restored'),
  };
}
