import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, parseDocument } from '@operations-center/documents';
import { z } from 'zod';
import { readNamedFile } from './named-file.ts';
import type { StateDirectory } from './state-directory.ts';

const expected = 'expected postgres://USER@HOST/DATABASE';
const postgresUrl = z
  .string({ error: expected })
  .refine((text) => /^postgres(?:ql)?:\/\//.test(text) && parseUrl(text) !== undefined, { error: expected });

/** `daemon.yml`: what the daemon must know before it has its database. Everything else is in the database. */
export const daemonConfigurationShape = z.strictObject({
  database: z
    .strictObject({
      url: postgresUrl.describe(
        'PostgreSQL 15 or newer, `postgres://USER@HOST/DATABASE`; without it SQLite in the state directory',
      ),
      pool_size: z.int().min(2).max(500).default(10).describe('Sessions of one daemon at most, for the main database'),
      lease_seconds: z
        .number()
        .min(1)
        .max(600)
        .default(15)
        .describe('A daemon that is not heard of for so long is taken for dead: the others take over its work'),
    })
    .optional(),
  sealing_key: z
    .strictObject({ file: z.string().min(1).describe('Where the sealing key is, if not in the state directory') })
    .optional(),
});

export type DaemonConfiguration = z.output<typeof daemonConfigurationShape> & {
  /** The file it was read from, or would have been. */
  path: string;
};

/**
 * `daemon.yml` of the folder `OPERATIONS_CENTER_CONF` if it is there, else of the state directory; without a file
 * nothing is configured.
 */
export function loadDaemonConfiguration(environment: NodeJS.ProcessEnv, state: StateDirectory): DaemonConfiguration {
  const path = findFile(environment, state);
  if (!existsSync(path)) return { path };
  const configuration = { ...parseDaemonConfiguration(readConfiguration(path), path), path };
  const url = configuration.database?.url;
  if (url !== undefined && passwordOf(url) !== '' && (statSync(path).mode & 0o077) !== 0)
    throw new Error(`${path} holds a password and others may read it: chmod 600 ${path}`);
  return configuration;
}

/** An empty one configures nothing. */
const readConfiguration = (path: string): string =>
  statSync(path).size === 0
    ? ''
    : readNamedFile(path, { what: 'the configuration', fix: 'Let the daemon read it, or move it away.' });

function findFile(environment: NodeJS.ProcessEnv, state: StateDirectory): string {
  const folder = environment['OPERATIONS_CENTER_CONF'];
  if (folder === undefined || folder === '') return state.configuration;
  const path = join(folder, 'daemon.yml');
  if (!existsSync(path)) return state.configuration;
  if (path !== state.configuration && existsSync(state.configuration))
    throw new Error(`there are two: ${path} and ${state.configuration}. Remove the one that is not meant.`);
  return path;
}

/** Throws with every problem, each as `file:line:column: path: message`. */
export function parseDaemonConfiguration(text: string, path: string): z.output<typeof daemonConfigurationShape> {
  const parsed = parseDocument(text, path);
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  const { value, origin } = parsed.value;
  const read = daemonConfigurationShape.safeParse(value ?? {});
  if (read.success) return read.data;
  const lines = read.error.issues.map(({ path: at, message, ...issue }) => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const place = (unknown === undefined ? at : [...at, unknown]).filter((part) => typeof part !== 'symbol');
    const range = origin.locate(place, unknown === undefined ? 'value' : 'key');
    return formatProblem({
      code: 'configuration_invalid',
      message: unknown === undefined ? message : 'unknown key',
      path: place.join('.'),
      file: path,
      ...(range ?? { line: null, column: null, end_line: null, end_column: null }),
    });
  });
  throw new Error(lines.join('\n'));
}

/** The URL as logs and messages may show it: without its password. */
export function shownUrl(url: string): string {
  const parsed = parseUrl(url);
  if (parsed === undefined) return 'postgres://…';
  if (parsed.password !== '') parsed.password = '***';
  if (parsed.searchParams.has('password')) parsed.searchParams.delete('password');
  return withoutHost(parsed.toString());
}

const onThisMachine = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|unix-socket\.invalid|)$/;

/** Whether everything, a password too, goes over a network as it is, and nobody said that it shall. */
export function isOpenlySent(url: string, environment: NodeJS.ProcessEnv): boolean {
  const parsed = parseUrl(url);
  if (parsed === undefined) return false;
  const { hostname, searchParams } = parsed;
  const host = searchParams.get('host') ?? hostname;
  if (onThisMachine.test(host) || host.startsWith('/')) return false;
  const said = ['sslmode', 'ssl', 'sslrootcert', 'sslcert'].some((name) => searchParams.has(name));
  return !said && environment['PGSSLMODE'] === undefined;
}

const passwordOf = (url: string): string => {
  const parsed = parseUrl(url);
  return parsed?.password || (parsed?.searchParams.get('password') ?? '');
};

/** A URL for a unix socket has no host, which URL refuses beside a user: `postgres://user@/name?host=/run/postgresql`. */
const placeholder = 'unix-socket.invalid';
const withHost = (url: string): string => url.replace(/^(postgres(?:ql)?:\/\/(?:[^/@]*@)?)(?=\/)/, `$1${placeholder}`);
const withoutHost = (url: string): string => url.replace(placeholder, '');
const parseUrl = (url: string): URL | undefined => {
  const whole = withHost(url);
  return URL.canParse(whole) ? new URL(whole) : undefined;
};
