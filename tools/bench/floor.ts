import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchProgram } from './load.ts';

export type Floor = { pid: number; url: string; startedInMs: number; stop(): Promise<void> };

/** Starts the floor's server in a process of its own. */
export async function startFloor(): Promise<Floor> {
  const directory = mkdtempSync(join(tmpdir(), 'oc-floor-'));
  const [node, script] = benchProgram;
  const port = 20_000 + (process.pid % 20_000);
  const started = performance.now();
  const child = spawn(node, [script, 'child:floor', directory, '127.0.0.1', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await Promise.race([
    new Promise<void>((resolve) => child.stdout.once('data', () => resolve())),
    ended.then(() => Promise.reject(new Error("the floor's server did not start"))),
  ]);
  return {
    pid: child.pid ?? 0,
    url: `https://127.0.0.1:${port}`,
    startedInMs: performance.now() - started,
    async stop() {
      child.kill();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
