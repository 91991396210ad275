import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseUnavailable, preparedRun } from '@operations-center/database';
import { type Step, StepFailure, type Workflow } from '@operations-center/workflow';
import { expect } from 'vitest';
import { makeApi } from '../../platform/http/api.ts';
import { listenOnSocket } from '../../platform/http/listeners.ts';
import { makeSealer } from '../../platform/keys/sealing.ts';
import { makeLog } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeCallerOf } from '../access/callers.ts';
import { makeTestLog } from '../events/test-log.ts';
import { healthHandlers } from '../health/health.routes.ts';
import { makeHealthService } from '../health/health.service.ts';
import { assembleOperations } from '../operations/assembly.ts';
import { assembleWarnings } from '../warnings/assembly.ts';
import { assembleWebhooks } from './assembly.ts';
import { type DeliverParts, deliverWebhooks } from './deliver-webhooks.loop.ts';
import { makeSendMessage } from './send-message.service.ts';
import { listDeliveries } from './webhooks.store.ts';

export const secret = 'a secret of ours';
const policy = { name: 'once', attempts: 1, backoffMs: 1, backoffMaxMs: 1, deadlineMs: 5_000, everyMs: 1 };

/** One step that does as its plan says. */
const workflow: Workflow = {
  name: 'try',
  version: 1,
  about: () => 'Try something',
  claims: (plan) => [`cluster/${JSON.stringify(plan)}`],
  steps: (plan): Step[] => [
    {
      name: 'only',
      about: 'Do it',
      after: [],
      policy,
      undo: { none: 'nothing was done' },
      run: async () => {
        if (plan === 'ask') throw new StepFailure('attention', 'asked', 'it is not clear');
        if (plan === 'fail') throw new StepFailure('permanent', 'failed', 'it failed');
        return {};
      },
    },
  ],
};

type Seen = { headers: Record<string, string | string[] | undefined>; body: string };

/** Somebody who is told: answers as `wish` says. */
export async function startReceiver() {
  const seen: Seen[] = [];
  const wish = { status: 204, headers: {} as Record<string, string> };
  const server = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      seen.push({ headers: asked.headers, body: Buffer.concat(chunks).toString() });
      answer.writeHead(wish.status, wish.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/hook?room=1`,
    seen,
    wish,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** The domain as the daemon has it, on a database file; time passes when the test says so, and the loop looks then. */
export async function startWorld({ fails = () => false }: { fails?: (write: string) => boolean } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
  const opened = await openTestDatabase(join(directory, 'test.db'));
  const write: MainDatabase['write'] = (name, body, options) =>
    fails(name) ? Promise.reject(new DatabaseUnavailable('it is full')) : opened.write(name, body, options);
  const database: MainDatabase = { ...opened, write };
  const time = { nowMs: 1_800_000_000_000 };
  const clock = { nowMs: () => time.nowMs, sleepUntil: () => new Promise<void>(() => {}) };
  const log = makeLog('', { write: () => undefined });
  const sealer = makeSealer(Buffer.alloc(32, 7));
  const hold: { reason: string | undefined } = { reason: undefined };
  const { service: warnings } = assembleWarnings({ database, clock, events: makeTestLog(clock) });
  const parts = {
    database,
    clock,
    log,
    sealer,
    warnings,
    findOperation: (id: string) => operations.service.find(id),
    held: () => hold.reason,
  };
  const webhooks = assembleWebhooks(parts);
  const makeOperations = () =>
    assembleOperations({
      database,
      clock,
      log,
      warnings,
      events: makeTestLog(clock),
      workflows: [workflow],
      onRest: webhooks.service.queue,
    });
  let operations = makeOperations();
  await operations.start();
  const makeLoop = (more: Partial<DeliverParts> = {}) =>
    deliverWebhooks({ ...parts, send: makeSendMessage(sealer, clock.nowMs), ...more });
  const loop = makeLoop();
  const health = healthHandlers(
    makeHealthService({
      database,
      clock,
      operations: operations.service,
      warnings,
      isHeld: () => hold.reason !== undefined,
      patienceMs: 1_000,
    }),
  );
  const callerOf = makeCallerOf({ isTrusted: () => false, nowMs: clock.nowMs });
  const api = await makeApi({ handlers: [...webhooks.handlers, ...health], callerOf, log });
  const socketPath = join(directory, 'unix.socket');
  const listener = await listenOnSocket(socketPath, api);
  // oxlint-disable-next-line typescript/no-explicit-any -- what the API answers is checked by what is expected of it
  const ask = (method: string, url: string, body?: unknown): Promise<{ status: number; body: any }> =>
    new Promise((resolve, reject) => {
      const sent = request({ socketPath, method, path: url, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }),
        );
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return {
    database,
    warnings,
    hold,
    ask,
    makeLoop,
    deliveries: () => listDeliveries(database.read, 'night', 10),
    /** As if every try that is being made had been made for longer than one can take. */
    endHolds: () =>
      database.write('end holds', (tx) => preparedRun(tx, 'update webhook_deliveries set held_until = 0')),
    async run(plan: 'work' | 'ask' | 'fail'): Promise<string> {
      const id = await database.write('submit', (tx) => operations.service.submit(tx, { workflow: 'try', plan }));
      await operations.service.wait(id, AbortSignal.timeout(5_000));
      // What it waits for is seen a moment before the write in which it comes to rest, and is told.
      const resting = () => database.rows('select id from operations where id = ? and todo = 0', [id]);
      await expect.poll(resting).toHaveLength(1);
      return id;
    },
    /** As a daemon that starts again. */
    async restart() {
      await operations.stop(1_000);
      operations = makeOperations();
      await operations.start();
    },
    later: (ms: number) => void (time.nowMs += ms),
    async pass(ms: number) {
      time.nowMs += ms;
      await loop.look(new AbortController().signal);
    },
    async [Symbol.asyncDispose]() {
      await listener.close(1_000);
      await operations.stop(1_000);
      await database.close();
      rmSync(directory, { recursive: true });
    },
  };
}
