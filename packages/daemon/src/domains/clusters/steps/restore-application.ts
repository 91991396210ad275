import { StepFailure, type UndoContext } from '@operations-center/workflow';
import type { Endpoint } from '../../../fleet/connection.ts';
import { isRefusedWith } from '../../../fleet/fleet-failure.ts';
import { pauseMs } from '../../../platform/clock.ts';
import { findBackup } from '../creation/backups.store.ts';
import { type CreateClusterPlan, firstOf, type PlannedServer } from '../plan/plan.ts';
import { type ClusterIdentity, eitherEndpoint, ownEndpoint } from './endpoints.ts';
import { findClustering } from './find-clustering.ts';
import type { FreshLook } from './fresh-look.ts';
import { learnStanding } from './learn-identity.ts';
import type { CreateClusterParts } from './parts.ts';
import { asStepFailure, untilServerCan } from './step-failure.ts';

/** IncusOS restarts the application a second after it took a backup; a restart nobody saw was a quick one. */
const restartLimitMs = 10_000;

/** Stopping an Incus that has lost its quorum takes 40 s, and IncusOS waits 90 s before it kills one. */
const returnLimitMs = 210_000;

/** A server that answers as before this long after it accepted a restore has lost it. */
const lostLimitMs = 100_000;

/** `last_restored`: what the server said of it before; any other value later is a restore of ours. */
export type BackupOutput = { size_bytes: number; last_restored: string | null };

/**
 * Puts the server back as it was: unclustered, with the certificate it had, trusting us. Just before, all is looked at
 * once more; what differs makes the operation ask.
 */
export async function restoreApplication(
  parts: CreateClusterParts,
  looks: FreshLook,
  server: PlannedServer,
  context: UndoContext<CreateClusterPlan>,
): Promise<void> {
  const { signal, plan } = context;
  const known = context.output<ClusterIdentity>(`bootstrap/${firstOf(plan).name}`);
  await untilServerCan(async () => {
    const standing = await learnStanding(parts, server, known, { signal, mayBelieve: false });
    const endpoint = eitherEndpoint(server, known);
    const isMember = standing.kind === 'member';
    if (!isMember && (await findClustering(parts, endpoint, signal)) === undefined) return;
    const archive = await findBackup(parts.read, parts.sealer, context.operation, server.name);
    if (archive === undefined) throw noBackup(server);
    if (await isUnderWay(parts, server, endpoint, context)) {
      context.observed(`${server.name} took its backup already`);
      if (await awaitReturn(parts, server, { wasStandalone: !isMember, stayLimitMs: lostLimitMs }, context)) return;
    }
    if (isMember) await lookAtMember(parts, looks, { ...known, ...standing.identity }, server, context);
    else await looks.atStandalone(context, server);
    context.observed(`${server.name} gets its backup back`);
    await sendBack(parts, endpoint, server, archive, signal);
    if (!(await awaitReturn(parts, server, { wasStandalone: !isMember, stayLimitMs: returnLimitMs }, context)))
      throw notBack(server);
  });
}

/** IncusOS accepts a backup, and only a second later puts it in place: an earlier try may have sent it just now. */
async function isUnderWay(
  parts: CreateClusterParts,
  server: PlannedServer,
  endpoint: Endpoint,
  context: UndoContext<CreateClusterPlan>,
): Promise<boolean> {
  const before = context.output<BackupOutput>(`back-up-application/${server.name}`)?.last_restored;
  if (context.attempt === 1 || before === undefined) return false;
  return (await readLastRestored(parts, server, endpoint, context.signal)) !== before;
}

export async function readLastRestored(
  parts: CreateClusterParts,
  server: PlannedServer,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<string | null> {
  const found = await parts.fleet.incusOs.getApplication(endpoint, server.application, { signal });
  return found?.value.state.last_restored ?? null;
}

/**
 * A cluster that was looked at, and of which a majority of voters has been put back since, can hold nothing new: without
 * them its database takes nothing. Any other silence is waited through.
 */
async function lookAtMember(
  parts: CreateClusterParts,
  looks: FreshLook,
  identity: ClusterIdentity,
  server: PlannedServer,
  context: UndoContext<CreateClusterPlan>,
): Promise<void> {
  try {
    await looks.atCluster(context, identity, server);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof StepFailure && error.kind === 'attention') throw error;
    if (!(await hasLostItsVoters(parts, identity, context))) throw error;
    context.observed(`${server.name} is what is left of the cluster: the others are put back already`);
  }
}

async function hasLostItsVoters(
  parts: CreateClusterParts,
  identity: ClusterIdentity,
  { plan, signal }: UndoContext<CreateClusterPlan>,
): Promise<boolean> {
  const voters = plan.servers.filter(({ name }) => identity.voters?.includes(name));
  const isBack = async (voter: PlannedServer): Promise<boolean> => {
    const standing = learnStanding(parts, voter, identity, { signal, mayBelieve: false });
    return (await standing.catch(() => undefined))?.kind === 'standalone';
  };
  const back = (await Promise.all(voters.map(isBack))).filter((is) => is).length;
  return back > 0 && back * 2 >= voters.length;
}

/** A plain no to a restore is for a person: the same archive again would be told the same. */
async function sendBack(
  parts: CreateClusterParts,
  endpoint: Endpoint,
  server: PlannedServer,
  archive: Buffer,
  signal: AbortSignal,
): Promise<void> {
  try {
    await parts.fleet.incusOs.restoreApplication(endpoint, server.application, archive, { signal });
  } catch (error) {
    if (isRefusedWith(error, 500)) throw refusedRestore(server, error.reason);
    throw error;
  }
}

/**
 * Looks until the server shows its own certificate again and is standalone. One that was standalone all the time must
 * have been away in between, else it is looked at before its restart. False: it did not come back, or never went.
 */
async function awaitReturn(
  parts: CreateClusterParts,
  server: PlannedServer,
  { wasStandalone, stayLimitMs }: { wasStandalone: boolean; stayLimitMs: number },
  context: UndoContext<CreateClusterPlan>,
): Promise<boolean> {
  const endpoint = ownEndpoint(server, server.connection_url);
  const startedMs = performance.now();
  let wasAway = !wasStandalone;
  while (performance.now() - startedMs < returnLimitMs) {
    await pauseMs(100, context.signal);
    try {
      const { value } = await parts.fleet.incus.getServer(endpoint, {
        signal: context.signal,
        deadlineMs: 3_000,
        fresh: true,
      });
      const isBack = value.auth === 'trusted' && value.environment?.server_clustered === false;
      if (isBack && (wasAway || performance.now() - startedMs > restartLimitMs)) return true;
      if (performance.now() - startedMs > stayLimitMs) return false;
    } catch (error) {
      context.signal.throwIfAborted();
      wasAway = true;
      const failure = asStepFailure(error);
      context.observed(
        `${server.name} is not back yet: ${failure instanceof Error ? failure.message : String(failure)}`,
      );
    }
  }
  return false;
}

// Not transient: another try would send the backup once more.
const notBack = (server: PlannedServer): StepFailure =>
  new StepFailure(
    'attention',
    'server_not_back',
    `${server.name} took its backup and did not come back within ${returnLimitMs / 1000} s`,
    {
      hint: 'Look at the console of the server; then retry.',
      details: { server: server.name },
    },
  );

const noBackup = (server: PlannedServer): StepFailure =>
  new StepFailure('attention', 'backup_missing', `${server.name} is clustered, but there is no backup of it`, {
    hint: 'Reset the server by hand, or leave it as it is.',
    details: { server: server.name },
  });

const refusedRestore = (server: PlannedServer, reason: string): StepFailure =>
  new StepFailure('attention', 'restore_refused', `${server.name} does not take its backup back: ${reason}`, {
    hint: 'A restore that lost its power half-way leaves /var/lib/incus.new behind, and IncusOS then refuses every other one: docs/how-to/when-a-creation-fails.md.',
    details: { server: server.name },
  });
