import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { copySqlite, findSqliteDamage } from '@operations-center/database';
import { refuseCutOffRotation } from '../keys/sealing-key.ts';
import type { StateDirectory } from '../state-directory.ts';
import { configurationName, databaseName, isArtifactPath, keyNames, type Manifest } from './manifest.ts';
import { readArchive } from './read-archive.ts';
import { syncFolder } from './sync-folder.ts';
import { type Source, writeArchive } from './write-archive.ts';

export type BackupWish = {
  state: StateDirectory;
  file: string;
  withKeys: boolean;
  /** The sealing key comes from elsewhere than its file. */
  hasGivenKey: boolean;
  nowMs: number;
};
export type MadeBackup = { manifest: Manifest; bytes: number };

/**
 * Backs up a state directory into one file, whether a daemon uses it or not. The file appears when it is whole, was
 * read back, and is on the disk.
 */
export async function backUpState({ state, file, withKeys, hasGivenKey, nowMs }: BackupWish): Promise<MadeBackup> {
  if (existsSync(file)) throw new Error(`${file} exists; a backup is never written over another file: name a new one`);
  if (!existsSync(state.database))
    throw new Error(`${state.path} holds no database (${databaseName}): nothing to back up`);
  requireFolder(file);
  refuseCutOffRotation(state.sealingKey);
  const keyBefore = readKeyFile(state);
  const unfinished = `${file}.unfinished`;
  const copy = `${unfinished}.db`;
  for (const path of [unfinished, copy]) {
    if (existsSync(path))
      throw new Error(`${path} exists: another backup is being made, or one was cut off; then remove it`);
  }
  try {
    copySqlite(state.database, copy);
    const damage = findSqliteDamage(copy);
    if (damage !== undefined) throw new Error(`${state.database} is damaged: ${damage}`);
    const sources = [
      ...(withKeys ? keySources(state, hasGivenKey) : []),
      ...otherSources(state),
      { path: databaseName, from: copy },
    ];
    await writeArchive(unfinished, sources, new Date(nowMs).toISOString());
    refuseCutOffRotation(state.sealingKey);
    if (readKeyFile(state) !== keyBefore)
      throw new Error('the sealing key was exchanged while the backup was made: make it again');
    const manifest = await readArchive(unfinished);
    publish(unfinished, file);
    return { manifest, bytes: statSync(file).size };
  } finally {
    for (const path of [unfinished, copy]) rmSync(path, { force: true });
  }
}

function requireFolder(file: string): void {
  const folder = dirname(resolve(file));
  try {
    if (!statSync(folder).isDirectory()) throw new Error('it is no folder');
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(`${file} cannot be written: ${folder} is no folder that this user may write`, { cause });
  }
}

const readKeyFile = ({ sealingKey }: StateDirectory): string | undefined =>
  existsSync(sealingKey) ? readFileSync(sealingKey, 'utf8') : undefined;

const elsewhere = (path: string): string =>
  path === 'sealing.key'
    ? '. If the key is kept elsewhere, say where (OPERATIONS_CENTER_SEALING_KEY_FILE), or leave all keys out (--exclude-keys)'
    : '';

/** A sealing key that is given to the daemon from elsewhere is kept there, and not in here. */
function keySources(state: StateDirectory, hasGivenKey: boolean): Source[] {
  const places: Record<(typeof keyNames)[number], string> = {
    'client.crt': state.clientCertificate,
    'client.key': state.clientKey,
    'server.crt': state.serverCertificate,
    'server.key': state.serverKey,
    'sealing.key': state.sealingKey,
  };
  return keyNames.flatMap((path) => {
    if (path === 'sealing.key' && hasGivenKey && !existsSync(places[path])) return [];
    if (!existsSync(places[path]))
      throw new Error(`${places[path]} is missing: the daemon would not start with this state${elsewhere(path)}`);
    return [{ path, from: places[path] }];
  });
}

function otherSources(state: StateDirectory): Source[] {
  const configuration = existsSync(state.configuration) ? [{ path: configurationName, from: state.configuration }] : [];
  return [...configuration, ...artifactSources(state.path)];
}

function artifactSources(directory: string): Source[] {
  const top = join(directory, 'artifacts');
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const from = join(entry.parentPath, entry.name);
      const path = relative(directory, from);
      if (!entry.isFile() || !isArtifactPath(path)) throw new Error(`${from} cannot be backed up: it is no plain file`);
      return { path, from };
    });
}

/** Gives it its name only if nobody took that meanwhile; a file system without links can only be asked just before. */
function publish(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if (existsSync(file)) throw error;
    renameSync(unfinished, file);
  }
  syncFolder(dirname(file));
}
