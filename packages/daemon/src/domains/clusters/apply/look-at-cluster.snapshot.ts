import { Fault } from '@operations-center/contract';
import type { ApplicationItem } from '@operations-center/documents';
import { type LocalScope, localScopeFrom, MEMBER_NETWORK_TYPES } from '@operations-center/fleet-protocol';
import type { Endpoint, FleetConnections } from '../../../fleet/connection.ts';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import type { Incus } from '../../../fleet/incus.ts';
import { listInstanceUses } from '../../../fleet/incus-instances.ts';
import type { IncusObjectIdentity, IncusObjectStore } from '../../../fleet/incus-objects.ts';
import type { IncusOs } from '../../../fleet/incus-os.ts';
import { goQuote } from '../connection-url.rules.ts';
import type { LiveItem, LiveItems } from './plan-apply.plan.ts';
import type { LiveServices } from './plan-services.plan.ts';
import type { InstanceUse } from './touched.plan.ts';

export type LookParts = {
  fleet: { connections: FleetConnections; incus: Incus; incusOs: IncusOs; objects: IncusObjectStore };
};

/** A living cluster, before anything of a file is looked at. */
export type ClusterLook = {
  /** Who answers for the cluster. */
  through: Endpoint;
  /** Incus' word for each member: Online, Offline, Evacuated … */
  members: readonly { name: string; status: string }[];
  localScope: LocalScope;
  /** Pool → driver. */
  drivers: Readonly<Record<string, string>>;
};

const callMs = 10_000;
/** For all questions together. */
const lookMs = 60_000;

/** Asks the members in turn until one answers for the cluster. Changes nothing. */
export async function lookAtCluster(
  { fleet }: LookParts,
  cluster: string,
  endpoints: readonly Endpoint[],
): Promise<ClusterLook> {
  let last: unknown;
  for (const through of endpoints) {
    try {
      const options = { signal: AbortSignal.timeout(lookMs), deadlineMs: callMs };
      const [members, metadata, pools] = await Promise.all([
        fleet.incus.listMembers(through, options),
        fleet.incus.getMetadataConfiguration(through, options),
        fleet.objects.listObjects(through, { kind: 'storage-pool' }, options),
      ]);
      return {
        through,
        members: members.value.map(({ server_name, status }) => ({ name: server_name, status })),
        localScope: localScopeFrom(metadata.value),
        drivers: Object.fromEntries(pools.value.map(({ name, driver }) => [name, driver])),
      };
    } catch (error) {
      last = error;
      if (!isFailure(error)) throw error;
    }
  }
  throw unreachable(cluster, endpoints.at(-1)?.name ?? '', last);
}

/** What is live of each item, as the cluster and – where they have something of their own – its members show it. */
export async function lookAtItems(
  { fleet }: LookParts,
  cluster: string,
  look: ClusterLook,
  items: readonly ApplicationItem[],
): Promise<LiveItems> {
  const { through } = look;
  const names = look.members.map(({ name }) => name);

  async function readItem(item: ApplicationItem, options: LookOptions): Promise<LiveItem | undefined> {
    if (item.kind === 'server-config') return readServerConfig(options);
    const identity = identityOf(item);
    if (item.kind === 'storage-volume') return readVolume(item.on_members, identity, options);
    const found = await fleet.objects.getObject(through, identity, options);
    if (found === undefined) return undefined;
    const targets = hasMemberKeys(item.kind, found.value) ? names : [];
    return { body: found.value, members: await readMembers(fleet.objects, { through, targets, identity }, options) };
  }

  async function readServerConfig(options: LookOptions): Promise<LiveItem> {
    const { value } = await fleet.incus.getServer(through, options);
    const members = await Promise.all(
      names.map(async (target) => {
        const own = await fleet.incus.getServer(through, { ...options, target });
        return [target, { config: own.value.config }] as const;
      }),
    );
    return { body: { config: value.config }, members: Object.fromEntries(members) };
  }

  /** One that is missing on a member is missing: it is made there. */
  async function readVolume(
    holders: readonly string[],
    identity: IncusObjectIdentity,
    options: LookOptions,
  ): Promise<LiveItem | undefined> {
    const members = await readMembers(fleet.objects, { through, targets: holders, identity }, options);
    const [first] = Object.values(members);
    return first === undefined || Object.keys(members).length < holders.length ? undefined : { body: first, members };
  }

  return askThrough(cluster, look, async (options) => {
    const found = await Promise.all(items.map(async (item) => [item.key, await readItem(item, options)] as const));
    return Object.fromEntries(found);
  });
}

export type LookOptions = { signal: AbortSignal; deadlineMs: number };

/** All that is asked of the member that answers for the cluster, within a minute. */
export async function askThrough<T>(
  cluster: string,
  { through }: ClusterLook,
  ask: (options: LookOptions) => Promise<T>,
): Promise<T> {
  try {
    return await ask({ signal: AbortSignal.timeout(lookMs), deadlineMs: callMs });
  } catch (error) {
    if (!isFailure(error)) throw error;
    throw unreachable(cluster, through.name, error);
  }
}

/** An item as each of these members shows it. */
export async function readMembers(
  objects: IncusObjectStore,
  { through, targets, identity }: { through: Endpoint; targets: readonly string[]; identity: IncusObjectIdentity },
  options: LookOptions,
): Promise<LiveItem['members']> {
  const found = await Promise.all(
    targets.map(async (target) => {
      const one = await objects.getObject(through, identity, { ...options, target });
      return one === undefined ? [] : ([[target, { ...one.value }]] as const);
    }),
  );
  return Object.fromEntries(found.flat());
}

/** The named services on every member, each asked itself. */
export async function lookAtServices(
  { fleet }: LookParts,
  cluster: string,
  endpoints: readonly Endpoint[],
  names: readonly string[],
): Promise<LiveServices> {
  const options = { signal: AbortSignal.timeout(lookMs), deadlineMs: callMs };
  const look = async (endpoint: Endpoint) => {
    try {
      const found = await Promise.all(
        names.map(async (name) => [name, (await fleet.incusOs.getService(endpoint, name, options))?.value] as const),
      );
      return [endpoint.name, Object.fromEntries(found)] as const;
    } catch (error) {
      if (!isFailure(error)) throw error;
      throw unreachable(cluster, endpoint.name, error);
    }
  };
  return names.length === 0 ? {} : Object.fromEntries(await Promise.all(endpoints.map(look)));
}

/** Every instance with what it uses, for telling whom a change touches. */
export const lookAtInstances = ({ fleet }: LookParts, cluster: string, look: ClusterLook): Promise<InstanceUse[]> =>
  askThrough(cluster, look, (options) =>
    listInstanceUses(fleet.connections, look.through, { ...options, deadlineMs: lookMs }),
  );

/** Pools, and networks of some types, have something of their own on each member. */
export const hasMemberKeys = (kind: ApplicationItem['kind'], { type }: Readonly<Record<string, unknown>>): boolean =>
  kind === 'storage-pool' || (kind === 'network' && MEMBER_NETWORK_TYPES.includes(String(type)));

const identityOf = (item: Exclude<ApplicationItem, { kind: 'server-config' }>): IncusObjectIdentity => ({
  kind: item.kind,
  name: item.kind === 'certificate' ? item.fingerprint : item.name,
  ...('project' in item ? { project: item.project } : {}),
  ...('pool' in item ? { pool: item.pool } : {}),
});

const isFailure = (error: unknown): boolean =>
  error instanceof FleetFailure || (error instanceof DOMException && error.name === 'TimeoutError');

function unreachable(cluster: string, server: string, cause: unknown): Fault {
  const reason = cause instanceof FleetFailure ? cause.message : `no answer within ${lookMs / 1000} s`;
  const message = `Failed to read cluster ${goQuote(cluster)}: ${reason}`;
  return new Fault('cluster_server_unreachable', message, { details: { cluster, server }, cause });
}
