import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { labCache } from './lab.ts';
import type { Ran } from './programs.ts';

/** Debian's `incus` out of the lab's root, with a configuration of its own and one remote: `it`. */
export type IncusClient = { run(...args: string[]): Promise<Ran> };

const root = join(labCache, 'root');
const limitMs = 30_000;

/** Speaks to a server as the daemon does: with its certificate. Throws if the remote cannot be added. */
export async function makeIncusClient(daemon: Daemon, url: string, directory: string): Promise<IncusClient> {
  const home = join(directory, 'incus-client');
  mkdirSync(home, { recursive: true });
  for (const name of ['client.crt', 'client.key']) copyFileSync(join(daemon.directory, name), join(home, name));
  const client = { run: (...args: string[]) => runIncus(home, args) };
  const added = await client.run('remote', 'add', 'it', url, '--accept-certificate');
  if (added.exit !== 0) throw new Error(`incus remote add: ${added.stderr}`);
  return client;
}

/** Through the root's own loader and libraries: the host's are older. */
function runIncus(home: string, args: readonly string[]): Promise<Ran> {
  const loader = join(root, 'lib64/ld-linux-x86-64.so.2');
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  return new Promise((resolve, reject) => {
    const child = spawn(loader, ['--library-path', libraries, join(root, 'usr/bin/incus'), ...args], {
      env: { PATH: process.env['PATH'], HOME: home, INCUS_CONF: home, LANG: 'C.UTF-8', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ exit: code ?? -1, stdout, stderr }));
  });
}
