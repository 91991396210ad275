import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliFailure } from '../failures/failure.ts';
import { fileReason } from '../failures/file-reason.ts';
import { makeFolder } from '../make-folder.ts';
import { writeYaml } from '../output/yaml.ts';
import { cannotWrite } from '../write-file.ts';

export type AuthType = 'untrusted' | 'tls' | 'oidc';
export type Remote = { addr: string; auth_type: AuthType; server_cert: string };
/** `config.yml`, written as OC writes it so that both programs can use one folder. */
export type RemoteConfiguration = { default_remote: string; remotes: Record<string, Remote> };

const fileName = 'config.yml';
/** What to do where the folder cannot be used. */
export const elsewhere = 'Name another folder for it: OPERATIONS_CENTER_CONF=FOLDER.';

/** No file means no remotes. Throws a CliFailure that names the file if it cannot be read. */
export async function loadRemotes(folder: string): Promise<RemoteConfiguration> {
  const path = join(folder, fileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { default_remote: '', remotes: {} };
    throw unreadable(path, error);
  }
  const { parseYaml } = await import('./parse-yaml.ts');
  try {
    return readConfiguration(parseYaml(text));
  } catch (error) {
    throw unreadable(path, error);
  }
}

const unreadable = (path: string, error: unknown): CliFailure =>
  new CliFailure(
    {
      what: `${path} cannot be read`,
      why: fileReason(error).split('\n')[0] ?? '',
      fix: 'Correct it, or move it away and add the remotes again; OPERATIONS_CENTER_CONF names another folder.',
      code: 'configuration_unreadable',
    },
    error,
  );

function readConfiguration(value: unknown): RemoteConfiguration {
  const remotes: Record<string, Remote> = Object.create(null);
  if (value === null || value === undefined) return { default_remote: '', remotes };
  const root = asMap(value, 'the file');
  for (const [name, entry] of Object.entries(asMap(root['remotes'] ?? {}, 'remotes'))) {
    const fields = asMap(entry, `remotes.${name}`);
    const auth = textOf(fields['auth_type']);
    remotes[name] = {
      addr: textOf(fields['addr']),
      auth_type: auth === 'tls' || auth === 'oidc' ? auth : 'untrusted',
      server_cert: textOf(fields['server_cert']),
    };
  }
  return { default_remote: textOf(root['default_remote']), remotes };
}

function asMap(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is no map`);
  return { ...value };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Writes a new file beside the old one and puts it in its place: a full disk loses nothing. */
export function saveRemotes(folder: string, configuration: RemoteConfiguration): void {
  makeFolder(folder, elsewhere);
  const path = join(folder, fileName);
  try {
    writeFileSync(`${path}.new`, writeYaml(configuration, 4), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

export function requireRemote(configuration: RemoteConfiguration, name: string): Remote {
  const found = configuration.remotes[name];
  if (found !== undefined) return found;
  throw new CliFailure({
    what: `there is no remote "${name}"`,
    fix: 'List them: operations-center remote list.',
    code: 'remote_not_found',
  });
}
