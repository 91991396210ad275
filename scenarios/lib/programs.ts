import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A program of ours, started as a user would. Its output is in `log`; it is ended by its own process id only. */
export type Running = {
  process: ChildProcess;
  /** Resolves when a line of stdout passes `match`; rejects with the log if the program ends before. */
  line(match: (line: string) => boolean, what: string): Promise<string>;
  ended: Promise<number | null>;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

export function startProgram(
  name: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; log: string },
): Running {
  const log = createWriteStream(options.log, { flags: 'a' });
  const child = spawn(join(root, 'bin', name), args, { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    log.write(chunk);
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const watch of watchers) watch();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    log.write(chunk);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    process: child,
    ended,
    line: (match, what) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const found = lines.find(match);
          if (found === undefined) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        watch();
        void ended.then((code) =>
          reject(new Error(`${name} ended with ${code} before ${what}; its log is ${options.log}`)),
        );
      }),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await ended;
    },
  };
}

export type Ran = { exit: number; stdout: string; stderr: string };

/** Runs a program to its end. */
export function runProgram(
  name: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; input?: string; cwd?: string; timeoutMs?: number },
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'bin', name), args, {
      env: options.env,
      cwd: options.cwd ?? root,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
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
    child.stdin.end(options.input ?? '');
  });
}
