import type { Sealed, Sealer } from '../../../platform/keys/sealing.ts';
import type { Db, Tx } from '../../../schema.ts';

export type ApplicationBackup = { operation: string; server: string; application: string; archive: Buffer };

/** A backup holds the server's key: it is kept sealed. */
export async function saveBackup(tx: Tx, sealer: Sealer, backup: ApplicationBackup): Promise<void> {
  const archive = sealer.seal(backup.archive.toString('base64'));
  await tx
    .insertInto('application_backups')
    .values({ ...backup, archive, size_bytes: backup.archive.length })
    .onConflict((conflict) =>
      conflict.columns(['operation', 'server']).doUpdateSet({ archive, size_bytes: backup.archive.length }),
    )
    .execute();
}

export async function findBackup(
  db: Db,
  sealer: Sealer,
  operation: string,
  server: string,
): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('application_backups')
    .select('archive')
    .where('operation', '=', operation)
    .where('server', '=', server)
    .executeTakeFirst();
  // Written by saveBackup only.
  return row === undefined ? undefined : Buffer.from(sealer.open(row.archive as Sealed), 'base64');
}

export async function removeBackups(tx: Tx, operation: string): Promise<void> {
  await tx.deleteFrom('application_backups').where('operation', '=', operation).execute();
}
