import { StepFailure, type UndoContext } from '@operations-center/workflow';
import type { Endpoint } from '../../../fleet/connection.ts';
import { listContents } from '../../../fleet/incus-contents.ts';
import { type CreateClusterPlan, firstOf, type PlannedServer } from '../plan/plan.ts';
import { type ClusterIdentity, ownEndpoint } from './endpoints.ts';
import { learnStanding } from './learn-identity.ts';
import type { CreateClusterParts } from './parts.ts';
import type { PreflightOutput } from './preflight.ts';
import { onServer } from './step-failure.ts';

/** What was read counts for so long: an older look is no reason to take anything back. */
const freshMs = 10_000;

/** A look asks several questions; each has a deadline of its own, and all of them together this one. */
const lookMs = 60_000;

type Context = UndoContext<CreateClusterPlan>;

/** What a look at a cluster of ours found: who may vote in its database, so that its silence can be understood. */
export type SeenCluster = { voters: string[] };

/**
 * Looks again before anything is taken back: is the identity the expected one, is nothing there that this operation did
 * not make? What differs makes the operation ask. Silence is waited through, never taken for emptiness.
 */
export type FreshLook = {
  /** At the cluster as a whole; a new look asks it through this member. */
  atCluster(context: Context, identity: ClusterIdentity, through: PlannedServer): Promise<SeenCluster>;
  /** At a server that must be standalone, with its own certificate. */
  atStandalone(context: Context, server: PlannedServer): Promise<void>;
  forget(operation: string): void;
};

type Begun = { startedMs: number; seen: Promise<SeenCluster> };

/** Steps that are taken back beside each other share a look, by operation and by what is looked at. */
export function makeFreshLook(parts: CreateClusterParts): FreshLook {
  const looks = new Map<string, Map<string, Begun>>();

  async function shared(context: Context, what: string, look: (signal: AbortSignal) => Promise<SeenCluster>) {
    const ofOperation = looks.get(context.operation) ?? new Map<string, Begun>();
    looks.set(context.operation, ofOperation);
    let found = ofOperation.get(what);
    if (found === undefined || performance.now() - found.startedMs > freshMs) {
      const begun = { startedMs: performance.now(), seen: onServer(() => look(AbortSignal.timeout(lookMs))) };
      ofOperation.set(what, begun);
      // One that failed is asked again by the next try; whoever waits is told by its own promise.
      begun.seen.catch(() => ofOperation.get(what) === begun && ofOperation.delete(what));
      found = begun;
    }
    const seen = await orAborted(found.seen, context.signal);
    // A slow look may be old by the time it has an answer.
    if (performance.now() - found.startedMs <= freshMs) return seen;
    throw new StepFailure('transient', 'look_too_slow', `${what}: looking took longer than ${freshMs / 1000} s`);
  }

  return {
    atCluster: (context, identity, through) =>
      shared(context, 'the cluster', (signal) => lookAtCluster(parts, context, identity, through, signal)),
    async atStandalone(context, server) {
      await shared(context, `${server.name}, standalone`, (signal) => lookAtStandalone(parts, context, server, signal));
    },
    forget: (operation) => void looks.delete(operation),
  };
}

async function orAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([asked, promise]).finally(() => signal.removeEventListener('abort', abort));
}

/** Only our members, under our names, and nothing in it that was not there before and that we did not make. */
async function lookAtCluster(
  { fleet }: CreateClusterParts,
  { plan, output }: Context,
  { fingerprint }: ClusterIdentity,
  through: PlannedServer,
  signal: AbortSignal,
): Promise<SeenCluster> {
  const endpoint: Endpoint = { name: through.name, url: through.connection_url, pins: [fingerprint] };
  const { value: members } = await fleet.incus.listMembers(endpoint, { signal });
  const ours = plan.servers.map(({ name }) => name);
  const strangers = members.map(({ server_name }) => server_name).filter((name) => !ours.includes(name));
  if (strangers.length > 0) {
    const difference = { expected: ours, found: members.map(({ server_name }) => server_name) };
    throw differs(through.name, `the cluster has members that are not ours: ${strangers.join(', ')}`, difference);
  }
  const first = firstOf(plan).name;
  const before = contentsBefore(output, first);
  if (before.length > 0) {
    const why = `it was not empty before, and its backup does not hold what it held: ${firstFew(before)}`;
    throw differs(first, why, { expected: [], found: before });
  }
  await checkContents(fleet, endpoint, (entry) => isMade(entry, plan), signal);
  const voters = members.filter(({ roles }) => roles.some((role) => votingRoles.includes(role)));
  return { voters: voters.map(({ server_name }) => server_name) };
}

const votingRoles = ['database', 'database-leader'];

async function lookAtStandalone(
  parts: CreateClusterParts,
  { plan, output }: Context,
  server: PlannedServer,
  signal: AbortSignal,
): Promise<SeenCluster> {
  const known = output<ClusterIdentity>(`bootstrap/${firstOf(plan).name}`);
  const standing = await learnStanding(parts, server, known, { signal, mayBelieve: false });
  if (standing.kind === 'member') {
    throw new StepFailure('transient', 'standing_changed', `${server.name} became a member while it was looked at`);
  }
  const before = contentsBefore(output, server.name);
  const endpoint = ownEndpoint(server, server.connection_url);
  await checkContents(parts.fleet, endpoint, (entry) => before.includes(entry), signal);
  return { voters: [] };
}

const contentsBefore = (output: Context['output'], server: string): string[] =>
  output<PreflightOutput>('preflight')?.contents[server] ?? [];

async function checkContents(
  fleet: CreateClusterParts['fleet'],
  endpoint: Endpoint,
  isExpected: (entry: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const found = await listContents(fleet.connections, endpoint, { signal });
  const others = found.filter((entry) => !isExpected(entry));
  if (others.length === 0) return;
  const why = `it holds what this operation did not make: ${firstFew(others)}`;
  throw differs(endpoint.name, why, { expected: found.filter(isExpected), found: [...found] });
}

const isMade = (entry: string, plan: CreateClusterPlan): boolean =>
  plan.items.some((item) => entry === `${item.kind}/${item.name}`);

/** A few of them, and how many there are beyond. */
const firstFew = (entries: readonly string[]): string =>
  `${entries.slice(0, 5).join(', ')}${entries.length > 5 ? ` and ${entries.length - 5} more` : ''}`;

const differs = (server: string, why: string, difference: { expected: string[]; found: string[] }): StepFailure =>
  new StepFailure('attention', 'server_not_empty', `${server} is not put back by itself: ${why}`, {
    hint: 'Nothing more is taken back. Move what must be kept, then retry; or keep it: finish the cluster, where that is offered, or leave the servers as they are.',
    details: { server, ...difference },
  });
