import { Fault } from '@operations-center/contract';
import {
  type ApplicationItem,
  addDefaults,
  type BuiltIns,
  builtInsOf,
  listApplicationItems,
  type ServicesConfig,
} from '@operations-center/documents';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import { isTooMuch, TERRAFORM } from '../artifacts/artifact.ts';
import { refuseServer } from '../cluster.rules.ts';
import { goQuote } from '../connection-url.rules.ts';
import type { CreateRequest, Note } from '../creation/create-request.rules.ts';
import { refuseServerVariables, resolvedServices, servicesOf, wantsService } from '../creation/own-values.rules.ts';
import { requireTargets } from '../creation/read-overrides.rules.ts';
import type { LiveItems, Snapshot } from '../look/creation-facts.ts';
import { toCandidate } from '../look/server-facts.rules.ts';
import type { Allotment, LvmId } from '../lvm/lvm-id.ts';
import { allotLvmIds, lvmRange } from '../lvm/lvm-ids.rules.ts';
import { asksForLvm, lvmOf } from '../lvm/lvm-request.rules.ts';
import { type PlannedAddresses, planAddresses } from './choose-addresses.plan.ts';
import type { CreateClusterPlan, PlannedItem, PlannedServer } from './plan.ts';
import { planServices } from './services.plan.ts';

/**
 * What others have already, read in the write that takes the name; and chance, so that a plan is repeatable. `held` is
 * what a plan of this very request holds: as long as it can be had, it is what this one gets.
 */
export type Holdings = {
  lvm: readonly LvmId[];
  mesh: readonly number[];
  ula_prefix: string;
  held?: { lvm: readonly Allotment[]; mesh: number | undefined };
};

export type PlannedCreation = {
  plan: CreateClusterPlan;
  /** Ids of lvm to be held for this cluster. */
  lvm_ids: readonly Allotment[];
  mesh_id: number;
};

/** What the first server has already of the items, and the fingerprint of our own certificate. */
export type Known = { live: LiveItems; own_fingerprint: string };
const nothingKnown: Known = { live: {}, own_fingerprint: '' };

const smallestMeshId = 1000;

/** Makes every choice of a creation. Pure: the same request, snapshot and holdings give the same plan, seals apart. */
export function planCreateCluster(
  request: CreateRequest,
  snapshot: Snapshot,
  holdings: Holdings,
  sealer: Sealer,
  { live, own_fingerprint }: Known = nothingKnown,
): PlannedCreation {
  const lvm_ids = planLvmIds(request, snapshot, holdings);
  const mesh_id = chooseMeshId(holdings);
  const addresses = snapshot.servers.map(({ server, network }) => {
    const planned = planAddresses(network);
    if (planned !== undefined) return planned;
    throw refuseServer('cluster_server_unsuitable', server.name, 'has no address with the role management', {});
  });
  const members = snapshot.servers.map(({ server }) => server.name);
  const interfaces = Object.fromEntries(members.map((name, index) => [name, addresses[index]?.mesh_interface ?? '']));
  const mesh = { tunnel_id: mesh_id, ipv6_address: holdings.ula_prefix, interfaces };
  const { preseed, warnings } = addDefaults(request.preseed, mesh);
  requireTargets(request.overrides, request.preseed, snapshot.local_scope);
  const builtIns = request.built_ins ? builtInsByServer(request.name, members, addresses) : {};
  const items = listApplicationItems({
    ...{ preseed, members, localScope: snapshot.local_scope, ownFingerprint: own_fingerprint },
    ...{ overrides: request.overrides, builtIns },
  });
  if (request.built_ins) for (const item of items) refuseServerVariables(item.body, item.about);
  const notes = [
    ...request.notes,
    ...warnings,
    ...replacedIds(request, lvm_ids),
    ...ownCertificateNotes(request, own_fingerprint),
    ...leftOutNotes(items, members),
    keptSettings(request),
  ];
  const plan: CreateClusterPlan = {
    cluster: request.name,
    connection_url: request.connection_url,
    channel: request.channel,
    description: request.description,
    properties: request.properties,
    rolling_restart: request.config.rolling_restart,
    server_type: request.server_type,
    servers: snapshot.servers.map((look, index) => {
      const own = builtIns[look.server.name];
      const { name } = look.server;
      const services = own === undefined ? servicesOf(request, name) : resolvedServices(request, name, own);
      return planServer(look, addresses[index], services, lvm_ids, sealer);
    }),
    items: items.map((item) => planItem(item, live, sealer)),
    notes: notes.map(({ code, message }) => ({ code, message })),
    // No channel has an update before updates are built.
    update_settings: null,
  };
  return { plan, lvm_ids, mesh_id };
}

/** Which items a request comes to, by their names: what stands in them may still change. */
export function itemsOfRequest(request: CreateRequest, members: readonly string[]): ApplicationItem[] {
  const mesh = { tunnel_id: smallestMeshId, ipv6_address: '', interfaces: {} };
  return listApplicationItems({ preseed: addDefaults(request.preseed, mesh).preseed, members, localScope: {} });
}

/** What the built-in variables stand for on each server, in the order of the cluster. */
export function builtInsByServer(
  cluster: string,
  members: readonly string[],
  addresses: readonly Pick<PlannedAddresses, 'cluster' | 'management'>[],
): Readonly<Record<string, BuiltIns>> {
  const facts = members.map((server, at) => ({
    ...{ cluster, server, index: at + 1 },
    cluster_address: withoutPort(addresses[at]?.cluster ?? ''),
    management_address: withoutPort(addresses[at]?.management ?? ''),
  }));
  return Object.fromEntries(facts.map((one) => [one.server, builtInsOf(one)]));
}

/** `[fd00::1]:8443` is the address fd00::1. */
const withoutPort = (address: string): string => address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

function planServer(
  { server, services }: Snapshot['servers'][number],
  addresses: PlannedAddresses | undefined,
  wanted: ServicesConfig,
  lvmIds: readonly Allotment[],
  sealer: Sealer,
): PlannedServer {
  const lvmId = lvmIds.find((allotment) => allotment.server === server.name)?.id;
  const management = addresses?.management ?? '';
  return {
    name: server.name,
    url: server.connection_url,
    connection_url: `https://${management}`,
    fingerprint: server.fingerprint,
    management_address: management,
    cluster_address: addresses?.cluster ?? '',
    application: toCandidate(server).incus?.name ?? '',
    ...planServices(wanted, services, lvmId, sealer),
  };
}

function planItem(item: ApplicationItem, live: LiveItems, sealer: Sealer): PlannedItem {
  return {
    key: item.key,
    kind: item.kind,
    name: item.name,
    project: 'project' in item ? item.project : '',
    pool: 'pool' in item ? item.pool : '',
    action: isThere(item, live) ? 'change' : 'create',
    after: item.after,
    wanted: sealer.seal(JSON.stringify(item.body)),
    per_member: sealMembers(item, sealer),
  };
}

/** Every Incus has its own config and `default` things, a cluster a default group; nobody can make those. */
const isThere = ({ kind, key, name }: ApplicationItem, live: LiveItems): boolean =>
  kind === 'server-config' ||
  (name === 'default' && (kind === 'project' || kind === 'profile' || kind === 'cluster-group')) ||
  live[key] !== undefined;

/** Volumes have no config of one member, but on shared storage they are made on the first one only. */
export function sealMembers(item: ApplicationItem, sealer: Sealer): PlannedItem['per_member'] {
  const byMember =
    'member_config' in item
      ? item.member_config
      : 'on_members' in item
        ? Object.fromEntries(item.on_members.map((name) => [name, {}]))
        : {};
  const entries = Object.entries(byMember).map(
    ([name, config]) => [name, sealer.seal(JSON.stringify(config))] as const,
  );
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function planLvmIds(request: CreateRequest, snapshot: Snapshot, { lvm, held }: Holdings): readonly Allotment[] {
  if (!asksForLvm(request)) return [];
  const wanted = snapshot.servers.flatMap(({ server, machine }) =>
    wantsService(request, server.name, 'lvm') ? snapshot.lvm.filter((look) => look.machine === machine) : [],
  );
  const allotted = allotLvmIds(lvm, wanted, held?.lvm);
  if ('ids' in allotted) return allotted.ids;
  if ('shared' in allotted) {
    const { id, servers } = allotted.shared;
    const told = `has lvm enabled with system_id ${id}, and so has server ${goQuote(servers[0])}`;
    throw refuseServer('cluster_server_unsuitable', servers[1], told, { system_id: id });
  }
  const range = `${lvmRange.smallest} to ${lvmRange.largest}`;
  const told = `Failed to enable OS service "lvm" on ${goQuote(allotted.exhausted)}: no system_id of ${range} is free`;
  throw new Fault('lvm_ids_exhausted', told, { details: { server: allotted.exhausted } });
}

/** A value in the file is the same for all machines, so it can be right for one at most. */
function replacedIds(request: CreateRequest, ids: readonly Allotment[]): Note[] {
  const given = lvmOf(request)?.['system_id'];
  if (given === undefined || ids.length === 0) return [];
  const told = ids.map(({ server, id }) => `${server} ${id}`).join(', ');
  return [{ code: 'system_id_allotted', message: `system_id of lvm is allotted by server: ${told}` }];
}

/** Every server trusts it already, and no file may restrict it. */
const ownCertificateNotes = ({ preseed }: CreateRequest, own: string): Note[] =>
  preseed.certificates.flatMap(({ fingerprint, name }) =>
    fingerprint !== own
      ? []
      : [
          {
            code: 'own_certificate',
            message: `certificate ${name} is our own, which the cluster trusts already: left as it is`,
          },
        ],
  );

const leftOutNotes = (items: readonly ApplicationItem[], members: readonly string[]): Note[] =>
  isTooMuch(items, members)
    ? [
        {
          code: 'artifact_left_out',
          message: `${items.length} items on ${members.length} servers are too much for ${TERRAFORM}: this artifact is not made`,
        },
      ]
    : [];

/** No channel has an update before updates are built. */
const keptSettings = ({ channel }: CreateRequest): Note => ({
  code: 'update_settings_kept',
  message: `channel ${channel} holds no update: the servers keep their own update settings`,
});

function chooseMeshId({ mesh, held }: Holdings): number {
  const used = new Set(mesh);
  let id = held?.mesh ?? smallestMeshId;
  while (used.has(id)) id += 1;
  return id;
}
