import { type Step, StepFailure, type UndoContext } from '@operations-center/workflow';
import { backupLimitBytes, proveBackup } from '../../../fleet/backup-proof.ts';
import type { Endpoint } from '../../../fleet/connection.ts';
import { pauseMs } from '../../../platform/clock.ts';
import { findBackup, saveBackup } from '../backups.store.ts';
import { type CreateClusterPlan, firstOf, type PlannedServer } from '../create-cluster-plan.ts';
import { type ClusterIdentity, eitherEndpoint, ownEndpoint } from './endpoints.ts';
import { learnStanding } from './learn-identity.ts';
import type { CreateClusterParts } from './parts.ts';
import { patient, returning } from './policies.ts';
import type { PreflightOutput } from './preflight.ts';
import { asStepFailure, onServer, untilServerCan } from './step-failure.ts';

/** Taken while Incus runs, a backup may be torn; some were, so another is asked for (engineering E6). */
const tries = 5;

/** IncusOS restarts the application a second after it took a backup; a restart nobody saw was a quick one. */
const restartLimitMs = 10_000;

/** Stopping an Incus that has lost its quorum takes 40 s, and IncusOS waits 90 s before it kills one. */
const returnLimitMs = 210_000;

/** A server that answers as before this long after it accepted a restore has lost it. */
const lostLimitMs = 100_000;

/** `last_restored`: what the server said of it before; any other value later is a restore of ours. */
type BackupOutput = { size_bytes: number; last_restored: string | null };

/** Gets the Incus application's own backup and proves it, before anything that only a backup can take back. */
export const backUpApplication = (parts: CreateClusterParts, server: PlannedServer): Step<CreateClusterPlan> => ({
  name: 'back-up-application',
  target: server.name,
  about: `Back up the application ${server.application} of ${server.name}`,
  // After the services, so that taking back puts the application back first and then asks it for the services.
  after: [`configure-services/${server.name}`],
  policy: patient,
  async run({ operation, signal, observed }) {
    const [archive, last_restored] = await onServer(() =>
      Promise.all([
        fetchProven(parts, server, signal, observed),
        readLastRestored(parts, server, ownEndpoint(server), signal),
      ]),
    );
    const backup = { operation, server: server.name, application: server.application, archive };
    const output: BackupOutput = { size_bytes: archive.length, last_restored };
    return { output, save: (tx) => saveBackup(tx, parts.sealer, backup) };
  },
  undo: { policy: returning, run: (context) => restore(parts, server, context) },
});

async function fetchProven(
  parts: CreateClusterParts,
  server: PlannedServer,
  signal: AbortSignal,
  observed: (text: string) => void,
): Promise<Buffer> {
  let reason = '';
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const archive = await parts.fleet.incusOs.backUpApplication(ownEndpoint(server), server.application, { signal });
    if (archive.length > backupLimitBytes) throw tooLarge(server, archive.length);
    const proof = await proveBackup(archive, server.fingerprint);
    if (proof.ok) return archive;
    reason = proof.reason;
    observed(`backup ${attempt} of ${server.name} cannot be relied on: ${reason}`);
  }
  throw new StepFailure(
    'permanent',
    'backup_unproven',
    `${server.name}: the backup of its Incus cannot be relied on: ${reason}`,
    {
      hint: 'Try again when the server is quiet.',
      details: { server: server.name },
    },
  );
}

const tooLarge = (server: PlannedServer, size: number): StepFailure =>
  new StepFailure(
    'permanent',
    'backup_too_large',
    `${server.name}: the backup of its Incus is ${size} bytes, and more than ${backupLimitBytes} cannot be sent back`,
    {
      hint: 'Reset the Incus application of this server; a new one is small.',
      details: { server: server.name, size_bytes: size },
    },
  );

/**
 * Puts the server back as it was: unclustered, with the certificate it had, trusting us. What the cluster holds was
 * looked at when the bootstrap was taken back, just before; a server that was not empty makes the operation ask.
 */
async function restore(
  parts: CreateClusterParts,
  server: PlannedServer,
  context: UndoContext<CreateClusterPlan>,
): Promise<void> {
  const { signal, plan } = context;
  const known = context.output<ClusterIdentity>(`bootstrap/${firstOf(plan).name}`);
  await untilServerCan(async () => {
    const standing = await learnStanding(parts, server, known, { signal, mayBelieve: false });
    const endpoint = eitherEndpoint(server, known);
    if (standing.kind === 'standalone' && !(await isJoining(parts, endpoint, signal))) return;
    const archive = await findBackup(parts.read, parts.sealer, context.operation, server.name);
    if (archive === undefined) throw noBackup(server);
    const before = context.output<PreflightOutput>('preflight')?.contents[server.name] ?? [];
    if (before.length > 0) throw asks(server, `it was not empty before: ${before.slice(0, 5).join(', ')}`);
    const wasStandalone = standing.kind === 'standalone';
    if (await isUnderWay(parts, server, endpoint, context)) {
      context.observed(`${server.name} took its backup already`);
      if (await awaitReturn(parts, server, { wasStandalone, stayLimitMs: lostLimitMs }, context)) return;
    }
    context.observed(`${server.name} gets its backup back`);
    await parts.fleet.incusOs.restoreApplication(endpoint, server.application, archive, { signal });
    if (!(await awaitReturn(parts, server, { wasStandalone, stayLimitMs: returnLimitMs }, context)))
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

async function readLastRestored(
  parts: CreateClusterParts,
  server: PlannedServer,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<string | null> {
  const found = await parts.fleet.incusOs.getApplication(endpoint, server.application, { signal });
  return found?.value.state.last_restored ?? null;
}

async function isJoining(parts: CreateClusterParts, endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const running = await parts.fleet.incus.listRunningOperations(endpoint, { signal });
  return running.some((operation) => operation.class === 'task' && 'cluster' in operation.resources);
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

const asks = (server: PlannedServer, why: string): StepFailure =>
  new StepFailure('attention', 'server_not_empty', `${server.name} is not put back by itself: ${why}`, {
    hint: 'Move what must be kept, then retry the undo; or leave the server as it is.',
    details: { server: server.name },
  });
