import { Agent, request } from 'node:https';
import type { LoadJob, LoadResult } from './load.ts';
import { quantile } from './row.ts';

/** Reads a job from stdin, does it, writes the result to stdout. */
export async function runLoadChild(): Promise<void> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  // Written by `runLoad`.
  const job = JSON.parse(text) as LoadJob;
  process.stdout.write(`${JSON.stringify(await work(job))}\n`);
}

async function work(job: LoadJob): Promise<LoadResult> {
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  let next = 0;
  let bytes = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: job.lanes }, async (_, lane) => {
      const agent = new Agent({ keepAlive: job.fresh !== true, maxSockets: 1, maxCachedSessions: 0 });
      while (next < job.count) {
        const index = next++;
        const begun = performance.now();
        const answer = await ask(job, agent, lane, index);
        times.push(performance.now() - begun);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        ({ bytes } = answer);
      }
      agent.destroy();
    }),
  );
  const wallMs = performance.now() - started;
  return { count: job.count, statuses, wallMs, p50: quantile(times, 0.5), p99: quantile(times, 0.99), bytes };
}

function ask(job: LoadJob, agent: Agent, lane: number, index: number): Promise<{ status: number; bytes: number }> {
  const who = job.identities[(job.fresh === true ? index : lane) % job.identities.length];
  const body = job.bodies === undefined ? undefined : JSON.stringify(job.bodies[index % job.bodies.length]);
  return new Promise((resolve, reject) => {
    const asked = request(
      `${job.url}${job.paths[index % job.paths.length]}`,
      {
        agent,
        method: job.method,
        cert: who?.certificate,
        key: who?.key,
        // What is measured is the other end; who it is was settled by whoever started it.
        rejectUnauthorized: false,
        timeout: 120_000,
        headers:
          body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        answer.once('error', reject);
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, bytes }));
      },
    );
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error('no answer within 120 s')));
    asked.end(body);
  });
}
