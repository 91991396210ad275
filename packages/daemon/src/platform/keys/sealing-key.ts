import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readNamedFile } from '../named-file.ts';
import { moveFile, placeOf, writePrivateFile } from './private-file.ts';

/** A sealing key and, for people, where it came from; `path` if that is a file. */
export type FoundKey = { key: Buffer; source: string; path?: string };

const variable = 'OPERATIONS_CENTER_SEALING_KEY';
const fileVariable = 'OPERATIONS_CENTER_SEALING_KEY_FILE';
/** Of a service manager's credential: `LoadCredential=sealing.key:PATH`. */
const credentialName = 'sealing.key';

/**
 * The sealing keys that are given to this process instead of standing in its own file, the one that counts first. A key
 * in the environment is taken out of it: no helper that we start shall inherit it.
 */
export function takeGivenKeys(environment: NodeJS.ProcessEnv): FoundKey[] {
  const given: FoundKey[] = [];
  const text = environment[variable];
  if (text !== undefined) given.push({ key: parseSealingKey(text, variable), source: variable });
  delete environment[variable];
  const path = environment[fileVariable];
  if (path !== undefined) given.push(readNamed(path, `${path} (${fileVariable})`));
  const folder = environment['CREDENTIALS_DIRECTORY'];
  const credential = join(folder ?? '', credentialName);
  if (folder !== undefined && folder !== '' && existsSync(credential))
    given.push(readNamed(credential, `${credential} (credential of the service manager)`));
  return given;
}

function readNamed(path: string, source: string): FoundKey {
  if (path === '') throw new Error(`${fileVariable} is empty: name the file of the sealing key, or leave it unset`);
  const fix = 'Bring it back, or say where else it is. Nothing was changed.';
  const text = readNamedFile(path, { what: 'the sealing key', fix, shown: source });
  return { key: parseSealingKey(text, source), source, path };
}

/**
 * The sealing key: what was given, else the file. Whoever gives two must give the same one twice, for nobody could tell
 * which of them is meant.
 */
export function loadSealingKey(given: readonly FoundKey[], file: string): FoundKey {
  const found = [...given, ...(existsSync(file) ? [readNamed(file, file)] : [])];
  const [first, ...more] = found;
  if (first === undefined) {
    throw new Error(
      `${file} is missing, but there is a database: what is sealed in it can be opened with this key only. ` +
        `Put it back from a backup, or give it as ${variable}, ${fileVariable} or the credential ${credentialName}.`,
    );
  }
  const other = more.find(({ key }) => !key.equals(first.key));
  if (other !== undefined) {
    throw new Error(
      `there are two sealing keys, and they differ: ${first.source} and ${other.source}. Remove the one that is not meant.`,
    );
  }
  return first;
}

/** Files with the sealing key that everybody on this machine may read; in a folder that is closed, they cannot. */
export function findOpenKeyFiles(given: readonly FoundKey[], file: string): string[] {
  const files = [...given.flatMap(({ path }) => path ?? []), file];
  return files.filter((path) => existsSync(path) && (statSync(path).mode & 0o004) !== 0);
}

/** Makes the sealing key, unless there is one; true if it did. For a directory without a database only. */
export function makeSealingKey(path: string): boolean {
  if (existsSync(path)) return false;
  writePrivateFile(path, keyText(randomBytes(32)));
  return true;
}

/** Before anything is made: a place that is not mounted yet must not get a key of its own. */
export function requireKeyFolder(path: string): void {
  const folder = dirname(path);
  if (existsSync(folder)) return;
  throw new Error(
    `there is no folder ${folder} for the sealing key ${path}: make it, mount what holds it, or change sealing_key.file in daemon.yml`,
  );
}

export function parseSealingKey(text: string, source: string): Buffer {
  const digits = text.trim();
  if (!/^[0-9a-f]{64}$/i.test(digits)) throw new Error(`${source} does not hold a key of 64 hex digits`);
  return Buffer.from(digits, 'hex');
}

export const keyText = (key: Buffer): string => `${key.toString('hex')}\n`;

/** Where the next key waits while everything is sealed anew with it. */
export const nextKeyPath = (file: string): string => `${placeOf(file)}.next`;

/** Puts the next key beside the present one, on the disk when this returns. */
export const writeNextKey = (file: string, key: Buffer): void => writePrivateFile(nextKeyPath(file), keyText(key));

/** The next key becomes the present one. */
export const takeNextKey = (file: string): void => moveFile(nextKeyPath(file), placeOf(file));

export function dropNextKey(file: string): void {
  rmSync(nextKeyPath(file), { force: true });
}

/** For those who read the key while no daemon has settled which of two it is. */
export function refuseCutOffRotation(file: string): void {
  const next = nextKeyPath(file);
  if (!existsSync(next)) return;
  throw new Error(
    `${next} is there: the sealing key is being exchanged, or that was cut off. If no rotate-key runs, start the daemon once: it settles it.`,
  );
}
