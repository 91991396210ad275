import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPostgresDatabase } from '@operations-center/database/testing/postgres';
import { type Daemon, startDaemon } from './daemon.ts';
import { runProgram } from './programs.ts';

type DaemonsOptions = {
  directory: string;
  /** `127.143.7`: the daemons listen on `.1`, `.2` … */
  network: string;
  database?: 'embedded' | 'postgres';
  daemons?: number;
  leaseSeconds?: number;
  environment?: NodeJS.ProcessEnv;
  daemon?: readonly string[];
};

/** The daemons of a world: one on its own files, or several on one PostgreSQL. */
export async function startDaemons(options: DaemonsOptions): Promise<Daemon[]> {
  const count = options.daemons ?? 1;
  if (options.database !== 'postgres') {
    if (count > 1) throw new Error("several daemons need database: 'postgres'");
    return [await start(options, 1)];
  }
  const url = await createPostgresDatabase();
  const lease = `  lease_seconds: ${options.leaseSeconds ?? 15}\n`;
  const first = directoryOf(options, 1);
  mkdirSync(first, { recursive: true });
  writeFileSync(join(first, 'daemon.yml'), `database:\n  url: ${url}\n${lease}`, { mode: 0o600 });
  const daemons = [await start(options, 1)];
  for (let number = 2; number <= count; number += 1) {
    await joinDatabase(options, number, url);
    appendFileSync(join(directoryOf(options, number), 'daemon.yml'), lease);
    daemons.push(await start(options, number));
  }
  return daemons;
}

/** As an administrator does it: a bundle of the first one's keys, and `join` on the other machine. */
async function joinDatabase(options: DaemonsOptions, number: number, url: string): Promise<void> {
  const bundle = join(options.directory, `bundle-${number}`);
  await run(directoryOf(options, 1), 'bundle', bundle);
  await run(directoryOf(options, number), 'join', url, '--from', bundle);
  rmSync(bundle);
}

async function run(directory: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, OPERATIONS_CENTER_DIR: directory };
  const ran = await runProgram('operations-centerd', args, { env, timeoutMs: 30_000 });
  if (ran.exit !== 0) throw new Error(`operations-centerd ${args.join(' ')}: ${ran.stderr}`);
}

const directoryOf = ({ directory }: DaemonsOptions, number: number): string =>
  join(directory, number === 1 ? 'daemon' : `daemon-${number}`);

const start = (options: DaemonsOptions, number: number): Promise<Daemon> =>
  startDaemon({
    directory: directoryOf(options, number),
    listen: `${options.network}.${number}:7443`,
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    arguments: options.daemon ?? [],
  });
