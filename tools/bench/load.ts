import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type KeyPair = { certificate: string; key: string };

/** Requests from a process of their own, so that the one that measures and the one that is measured stay alone. */
export type LoadJob = {
  url: string;
  /** Who asks: by lane where connections are kept, else by request. */
  identities: readonly KeyPair[];
  method: string;
  /** Asked in turn. */
  paths: readonly string[];
  /** Sent in turn. */
  bodies?: readonly unknown[];
  /** How many at once. */
  lanes: number;
  count: number;
  /** A new TLS connection for every request. */
  fresh?: boolean;
};

export type LoadResult = {
  count: number;
  statuses: Record<string, number>;
  wallMs: number;
  p50: number;
  p99: number;
  /** Of one answer, the last. */
  bytes: number;
};

export const benchProgram = [
  join(import.meta.dirname, '../../bin/node24'),
  join(import.meta.dirname, '../bench.ts'),
] as const;

/** Runs a load to its end; every answer must be a 2xx. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const [node, script] = benchProgram;
  const child = spawn(node, [script, 'child:load'], { stdio: ['pipe', 'pipe', 'inherit'], timeout: 600_000 });
  child.stdin.end(JSON.stringify(job));
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  if (text === '') throw new Error(`the load ${job.method} ${job.paths[0]} ended without a result`);
  const result = JSON.parse(text) as LoadResult;
  const bad = Object.entries(result.statuses).filter(([status]) => !status.startsWith('2'));
  if (bad.length > 0) throw new Error(`${job.method} ${job.paths[0]}: ${JSON.stringify(Object.fromEntries(bad))}`);
  return result;
}
