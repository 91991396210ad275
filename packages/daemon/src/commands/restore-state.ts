import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findSqliteDamage, openSqlite } from '@operations-center/database';
import { loadKnownIdentity } from '../domains/settings/identity.service.ts';
import { saveHoldRow } from '../domains/settings/settings.store.ts';
import { migrations } from '../migrations.ts';
import { databaseName, keyNames, type Manifest } from '../platform/backup/manifest.ts';
import { syncFolder } from '../platform/backup/sync-folder.ts';
import { unpackArchive } from '../platform/backup/unpack-archive.ts';
import { findStateDirectory, restoringName, type StateDirectory } from '../platform/state-directory.ts';
import type { Schema } from '../schema.ts';

/**
 * Puts a backup into an empty directory. Everything is unpacked beside its place, checked and marked as held first; the
 * database comes to its place last, and no daemon starts on what is unfinished.
 */
export async function restoreState(file: string, state: StateDirectory, nowMs: number): Promise<Manifest> {
  const isNew = !existsSync(state.path);
  if (!isNew && readdirSync(state.path).length > 0) {
    throw new Error(
      `${state.path} is not empty; a backup is restored into an empty directory only: name one, OPERATIONS_CENTER_DIR=DIRECTORY`,
    );
  }
  mkdirSync(state.path, { recursive: true, mode: 0o700 });
  const staging = join(state.path, restoringName);
  mkdirSync(staging, { mode: 0o700 });
  try {
    const manifest = await unpackArchive(file, staging);
    await prepareDatabase(findStateDirectory({ OPERATIONS_CENTER_DIR: staging }, false), manifest, nowMs);
    moveIntoPlace(staging, state.path);
    return manifest;
  } catch (error) {
    rmSync(isNew ? state.path : staging, { recursive: true, force: true });
    throw error;
  }
}

/** The database is whole, this program can read it, its keys are with it, and it is held. */
async function prepareDatabase(staged: StateDirectory, { made_at, files }: Manifest, nowMs: number): Promise<void> {
  const damage = findSqliteDamage(staged.database);
  if (damage !== undefined) throw new Error(`the database in it is damaged: ${damage}`);
  const database = await openSqlite<Schema>({ path: staged.database, migrations, backupBeforeMigration: false });
  try {
    // Without the sealing key the daemon compares them when it starts.
    if (files.some(({ path }) => path === 'sealing.key')) {
      await loadKnownIdentity({
        ...{ database, state: staged, givenKeys: [], shown: databaseName },
        hasServers: async () => true,
      });
    }
    const hold = { since: nowMs, backup_made_at: Date.parse(made_at) };
    await database.write('hold after restore', (tx) => saveHoldRow(tx, hold));
  } finally {
    await database.close();
  }
}

function moveIntoPlace(staging: string, directory: string): void {
  const last = (name: string): number => (name === databaseName ? 1 : 0);
  const names = readdirSync(staging).sort((a, b) => last(a) - last(b));
  for (const name of names) renameSync(join(staging, name), join(directory, name));
  rmSync(staging, { recursive: true });
  syncFolder(directory);
}

/** What a person must still do before the daemon starts. */
export function missingKeys({ files }: Manifest): readonly string[] {
  const there = new Set(files.map(({ path }) => path));
  return keyNames.filter((name) => !there.has(name));
}
