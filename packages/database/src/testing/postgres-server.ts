import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);
const debianDirectory = '/usr/lib/postgresql';
const startLimitMs = 60_000;

/** Why there can be no PostgreSQL here, or null if it can be started. */
export function findPostgresObstacle(): string | null {
  if (findPrograms() === undefined) return `no PostgreSQL under ${debianDirectory}`;
  if (isRoot && findPostgresUser() === undefined)
    return 'PostgreSQL refuses to run as root, and there is no user postgres';
  return null;
}

const isRoot = process.getuid?.() === 0;

function findPrograms(): string | undefined {
  if (!existsSync(debianDirectory)) return undefined;
  const newestFirst = readdirSync(debianDirectory).sort((a, b) => Number(b) - Number(a));
  return newestFirst
    .map((version) => join(debianDirectory, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
}

function findPostgresUser(): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

/** A throw-away server: one for this process, all its threads included. */
export type PostgresServer = { directory: string; user: string };

let server: Promise<PostgresServer> | undefined;

/** Starts the server of this process, or finds it started by another thread. It ends with the process, however that ends. */
export const startPostgres = (): Promise<PostgresServer> => (server ??= startOrFind());

async function startOrFind(): Promise<PostgresServer> {
  const directory = join(tmpdir(), `operations-center-postgres-${process.pid}`);
  const user = isRoot ? 'postgres' : userInfo().username;
  const isFirst = tryMakeDirectory(directory);
  if (isFirst) await start(directory);
  await waitForFile(join(directory, 'ready'));
  return { directory, user };
}

function tryMakeDirectory(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function start(directory: string, more: readonly string[] = []): Promise<void> {
  const programs = findPrograms();
  if (programs === undefined) throw new Error(findPostgresObstacle() ?? 'no PostgreSQL');
  const identity = isRoot ? findPostgresUser() : undefined;
  if (identity !== undefined) chownSync(directory, identity.uid, identity.gid);
  const data = join(directory, 'data');
  const own = readdirSync(directory).map((name) => join(directory, name));
  if (identity !== undefined) for (const path of own) chownSync(path, identity.uid, identity.gid);
  const options = { ...identity, cwd: directory, timeout: startLimitMs };
  // A collation that is not "C", so that text without COLLATE "C" shows itself.
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'];
  await run(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '--no-sync', ...locale], options);
  const settings = [
    'fsync=off',
    'full_page_writes=off',
    'listen_addresses=',
    `unix_socket_directories=${directory}`,
    'shared_buffers=32MB',
    'max_connections=200',
    ...more,
  ];
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  startGuarded(join(programs, 'postgres'), args, directory, identity);
  const port = more.find((setting) => setting.startsWith('port='))?.slice('port='.length);
  await waitForServer(directory, identity === undefined ? userInfo().username : 'postgres', port);
  writeFileSync(join(directory, 'ready'), '');
}

/** A server of its own that speaks TLS on a loopback port, with this key pair; the URL of its database, without `sslmode`. */
export async function startTlsPostgres(
  pair: { certificate: string; key: string },
  port: number,
): Promise<{ url(host: string): string; end(): void }> {
  const directory = mkdtempSync(join(tmpdir(), 'operations-center-postgres-tls-'));
  writeFileSync(join(directory, 'server.crt'), pair.certificate, { mode: 0o600 });
  writeFileSync(join(directory, 'server.key'), pair.key, { mode: 0o600 });
  await start(directory, [
    'ssl=on',
    `ssl_cert_file=${join(directory, 'server.crt')}`,
    `ssl_key_file=${join(directory, 'server.key')}`,
    'listen_addresses=127.0.0.1',
    `port=${port}`,
  ]);
  const user = isRoot ? 'postgres' : userInfo().username;
  return {
    url: (host) => `postgres://${user}@${host}:${port}/postgres`,
    end() {
      const [pid] = readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGINT');
    },
  };
}

/**
 * The server's parent is a shell of its own, for a test run may be killed: when this process is gone, the shell ends the
 * server and removes its files. A server that is down on purpose (file `down`) is started again when that file goes.
 */
function startGuarded(
  program: string,
  args: readonly string[],
  directory: string,
  identity?: { uid: number; gid: number },
): void {
  const script = `parent=$1 directory=$2; shift 2
    "$@" & server=$!
    while [ -d "/proc/$parent" ]; do
      if ! kill -0 "$server" 2>/dev/null; then
        [ -e "$directory/down" ] || break
        : > "$directory/stopped"
        while [ -e "$directory/down" ] && [ -d "/proc/$parent" ]; do sleep 0.05; done
        rm "$directory/stopped"
        "$@" & server=$!
      fi
      sleep 0.2
    done
    kill -QUIT "$server"; wait "$server"; rm -rf "$directory"`;
  const guard = ['-c', script, 'guard', String(process.pid), directory, program, ...args];
  spawn('/bin/sh', guard, { ...identity, detached: true, stdio: 'ignore', cwd: '/' }).unref();
}

/** Stops the server as an administrator does who restarts it: every session is cut. */
export async function stopPostgres(): Promise<void> {
  const { directory } = await startPostgres();
  writeFileSync(join(directory, 'down'), '');
  const [pid] = readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGINT');
  await waitForFile(join(directory, 'stopped'));
}

/** Starts it again, on the same data. */
export async function resumePostgres(): Promise<void> {
  const { directory, user } = await startPostgres();
  rmSync(join(directory, 'down'));
  await waitForServer(directory, user);
}

async function waitForServer(directory: string, user: string, port = '5432'): Promise<void> {
  await waitFor('PostgreSQL to answer', async () => {
    const client = new Client({
      ...{ host: directory, port: Number(port), user, database: 'postgres' },
      connectionTimeoutMillis: 1_000,
    });
    try {
      await client.connect();
      return true;
    } catch {
      return false; // not yet: that is what is waited for
    } finally {
      await client.end().catch(() => {});
    }
  });
}

const waitForFile = (path: string): Promise<void> => waitFor(path, async () => existsSync(path));

async function waitFor(what: string, isThere: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + startLimitMs;
  while (!(await isThere())) {
    if (Date.now() > until) throw new Error(`waited ${startLimitMs} ms in vain for ${what}`);
    await pause(20);
  }
}

/** A fresh database of that server; its URL. */
export async function createPostgresDatabase(): Promise<string> {
  const { directory, user } = await startPostgres();
  const name = `test_${process.pid}_${Date.now()}_${Math.random().toString(36).slice(2)}`;
  const client = new Client({ host: directory, user, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return `postgres://${user}@/${name}?host=${encodeURIComponent(directory)}`;
}

/** A fresh directory that goes away with `end`. */
export function makeTestDirectory(): { path: string; end(): void } {
  const path = mkdtempSync(join(tmpdir(), 'operations-center-test-'));
  chmodSync(path, 0o700);
  return { path, end: () => rmSync(path, { recursive: true, force: true }) };
}

/** Rows of a database that somebody else works on, by a connection of their own. */
export async function readPostgres<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[]; // the caller names the columns it asked for
  } finally {
    await client.end();
  }
}
