import { type Step, StepFailure } from '@operations-center/workflow';
import { backupLimitBytes, proveBackup } from '../../../fleet/backup-proof.ts';
import { saveBackup } from '../creation/backups.store.ts';
import type { CreateClusterPlan, PlannedServer } from '../plan/plan.ts';
import { ownEndpoint } from './endpoints.ts';
import type { FreshLook } from './fresh-look.ts';
import type { CreateClusterParts } from './parts.ts';
import { patient, returning } from './policies.ts';
import { type BackupOutput, readLastRestored, restoreApplication } from './restore-application.ts';
import { onServer } from './step-failure.ts';

/** Taken while Incus runs, a backup may be torn; some were, so another is asked for (engineering E6). */
const tries = 5;

/** Gets the Incus application's own backup and proves it, before anything that only a backup can take back. */
export const backUpApplication = (
  parts: CreateClusterParts,
  looks: FreshLook,
  server: PlannedServer,
): Step<CreateClusterPlan> => ({
  name: 'back-up-application',
  target: server.name,
  about: `Back up the application ${server.application} of ${server.name}`,
  // After the services, so that taking back puts the application back first and then asks it for the services.
  after: [`configure-services/${server.name}`],
  policy: patient,
  fetches: true,
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
  undo: { policy: returning, run: (context) => restoreApplication(parts, looks, server, context) },
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
    const proof = await proveBackup(archive, server.fingerprint, parts.temporaryFolder);
    if (proof.ok) return archive;
    if ('unchecked' in proof) throw unchecked(server, proof.reason);
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

/** A full disk may have room again in a moment. */
const unchecked = (server: PlannedServer, reason: string): StepFailure =>
  new StepFailure(
    'transient',
    'backup_unchecked',
    `${server.name}: the backup of its Incus cannot be checked: ${reason}`,
    {
      hint: 'Make room where Operations Center keeps its state.',
      details: { server: server.name },
    },
  );

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
