import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { preparedRun } from '@operations-center/database';
import { describeOnDatabases, makeTestDirectory } from '@operations-center/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { LeaseLost } from '../faults.ts';
import { makeActingWorkflow } from '../testing/runner-program.ts';
import {
  makeGate,
  makeStep,
  makeTestRunner,
  makeWorkflow,
  nextEvent,
  policy,
  submitTo,
  tablesMigration,
} from '../testing/small-workflows.ts';
import { appendEntries } from './journal.store.ts';
import { claimOperations } from './leases.store.ts';

const program = fileURLToPath(new URL('../testing/runner-program.ts', import.meta.url));
const leaseMs = 600;

function startProgram(place: string, file: string): { child: ChildProcess; said(line: string): Promise<void> } {
  const child = spawn(process.execPath, [program, place, file, 'frozen'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const listener of listeners) listener();
  });
  const said = (line: string) =>
    new Promise<void>((resolve) => {
      const look = (): void => {
        if (lines.includes(line)) resolve();
      };
      listeners.add(look);
      look();
    });
  return { child, said };
}

describeOnDatabases<unknown>('a lease', { migrations: [tablesMigration] }, ({ open, place }) => {
  test('of a frozen owner is taken over; its next record is refused and it acts no more', async () => {
    const db = await open();
    const directory = makeTestDirectory();
    onTestFinished(() => directory.end());
    const file = join(directory.path, 'acts');
    const frozen = startProgram(place(), file);
    await frozen.said('ready');
    const submitter = makeTestRunner(db, [makeActingWorkflow({ file, who: 'nobody', say: () => {}, pauseMs: 0 })]);
    const id = await submitTo(db, submitter, {}, 'acting');
    await frozen.said('about to one');
    frozen.child.kill('SIGSTOP');

    const workflow = makeActingWorkflow({ file, who: 'taker', say: () => {}, pauseMs: 0 });
    const taker = makeTestRunner(db, [workflow], { owner: 'taker', exclusive: false, leaseMs, pollMs: 50 });
    const startedMs = performance.now();
    await taker.start();
    const view = await taker.wait(id);
    expect(view).toMatchObject({ status: 'finished', steps: [{ attempt: 2 }, { attempt: 1 }] });
    expect(performance.now() - startedMs).toBeGreaterThan(leaseMs / 2);
    frozen.child.kill('SIGCONT');
    await frozen.said('the operation was taken over by another runner');
    expect(readFileSync(file, 'utf8')).toBe('one by taker\ntwo by taker\n');
    await taker.stop({ graceMs: 1_000 });
  });

  test('that was taken over lets its old holder write nothing, though the operation is still open', async () => {
    const db = await open();
    const runner = makeTestRunner(db, [makeWorkflow([makeStep('call')])]);
    const id = await submitTo(db, runner);
    const claim = (holder: string) =>
      db.write('claim', (tx) => {
        const lease = { owner: holder, holder, leaseMs: -1, nowMs: 1 };
        return claimOperations(tx, { ...lease, limit: 10, exclusive: true, restarted: false, known: ['test@1'] });
      });
    const record = (fence: number) => {
      const entry = {
        seq: 1,
        step: 'call',
        event: 'started',
        attempt: 1,
        at: 1,
        output: undefined,
        detail: {},
      } as const;
      return db.write('record', (tx) => {
        return appendEntries(tx, { id, fence, nowMs: 1, by: 'test', entries: [entry], busyMs: 0, unwind: false });
      });
    };
    const [old] = await claim('old');
    const [young] = await claim('young');
    await expect(record(old?.row.fence ?? 0)).rejects.toBeInstanceOf(LeaseLost);
    expect(await db.rows('select step from operation_steps')).toEqual([]);
    await record(young?.row.fence ?? 0);
    expect(await db.rows('select step from operation_steps')).toEqual([{ step: 'call' }]);
  });

  test('that ran out is not taken before the call that may still act is over, and that is over with the lease', async () => {
    const db = await open();
    const gate = makeGate();
    const steps = (who: string, seen: string[]) => [
      makeStep('call', {
        policy: { ...policy, deadlineMs: 600_000 },
        run: async () => (seen.push(who), await gate.passed, {}),
      }),
    ];
    const seen: string[] = [];
    const options = { exclusive: false, leaseMs: 60_000, pollMs: 20 };
    const first = makeTestRunner(db, [makeWorkflow(steps('first', seen))], { ...options, owner: 'first' });
    const second = makeTestRunner(db, [makeWorkflow(steps('second', seen))], { ...options, owner: 'second' });
    await first.start();
    const begun = nextEvent(first, 'started');
    const id = await submitTo(db, first);
    await begun;
    await first.stop({ graceMs: 0 });
    await db.write('expire', (tx) => preparedRun(tx, 'update operations set lease_until = 0'));
    await second.start();
    const [row] = await db.rows<{ busy_until: number }>('select busy_until from operations');
    const leftMs = (row?.busy_until ?? 0) - (await db.nowMs());
    expect(leftMs).toBeGreaterThan(40_000);
    expect(leftMs).toBeLessThanOrEqual(58_000);
    await expect(second.wait(id, AbortSignal.timeout(400))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(seen).toEqual(['first']);
    const again = nextEvent(second, 'started');
    await db.write('pass', (tx) => preparedRun(tx, 'update operations set busy_until = 0'));
    await again;
    gate.open();
    expect(await second.wait(id)).toMatchObject({ status: 'finished' });
    expect(seen).toEqual(['first', 'second']);
    await second.stop({ graceMs: 1_000 });
  });

  test('that cannot be renewed ends the calls in flight before anybody else may begin', async () => {
    const db = await open();
    const away = Promise.withResolvers<never>();
    let isAway = false;
    const write: typeof db.write = (name, body, options) => (isAway ? away.promise : db.write(name, body, options));
    const order: string[] = [];
    const make = (run: (context: { signal: AbortSignal }) => Promise<object>) => [
      makeWorkflow([makeStep('call', { policy: { ...policy, deadlineMs: 600_000 }, run })]),
    ];
    const cutOff = make(({ signal }) => ended(signal).finally(() => order.push('the call ended')));
    const taking = make(async () => (order.push('another began'), {}));
    const options = { exclusive: false, leaseMs: 2_000, pollMs: 20 };
    const runner = makeTestRunner({ ...db, write }, cutOff, { ...options, owner: 'first' });
    const taker = makeTestRunner(db, taking, { ...options, owner: 'taker' });
    await runner.start();
    const begun = nextEvent(runner, 'started');
    const id = await submitTo(db, runner);
    await begun;
    isAway = true;
    await taker.start();
    expect(await taker.wait(id)).toMatchObject({ status: 'finished' });
    expect(order).toEqual(['the call ended', 'another began']);
    await taker.stop({ graceMs: 1_000 });
    away.reject(new Error('the database is away'));
    await runner.stop({ graceMs: 100 });
  });

  test('is taken back at once by an owner that starts again', async () => {
    const db = await open();
    const steps = [
      makeStep('call', { run: ({ attempt, signal }) => (attempt > 1 ? Promise.resolve({}) : ended(signal)) }),
    ];
    const options = { exclusive: false, leaseMs: 60_000, owner: 'same' };
    const first = makeTestRunner(db, [makeWorkflow(steps)], {
      ...options,
      killPoint: (_step, event, side) => {
        if (event === 'started' && side === 'after') throw new Error('as if killed');
      },
    });
    await first.start();
    const id = await submitTo(db, first);
    await first.wait(id, AbortSignal.timeout(100)).catch(() => {});
    const second = makeTestRunner(db, [makeWorkflow(steps)], options);
    await second.start();
    expect(await second.wait(id)).toMatchObject({ status: 'finished', steps: [{ attempt: 2 }] });
    await Promise.all([first.stop({ graceMs: 0 }), second.stop({ graceMs: 1_000 })]);
  });

  test('shares the work between two runners, nothing done twice', async () => {
    const db = await open();
    const done: string[] = [];
    const both = makeGate();
    const busy = new Set<string>();
    const make = (who: string) => {
      const run = async ({ operation }: { operation: string }) => {
        busy.add(who);
        if (busy.size === 2) both.open();
        await both.passed;
        done.push(operation);
        return {};
      };
      const options = { owner: who, exclusive: false, operationsAtOnce: 3, pollMs: 10 };
      return makeTestRunner(db, [makeWorkflow([makeStep('call', { run })])], options);
    };
    const [first, second] = [make('first'), make('second')];
    await Promise.all([first.start(), second.start()]);
    const ids = await Promise.all(Array.from({ length: 20 }, () => submitTo(db, first)));
    for (const id of ids) expect(await second.wait(id)).toMatchObject({ status: 'finished' });
    expect(done.toSorted()).toEqual(ids.toSorted());
    await Promise.all([first.stop({ graceMs: 1_000 }), second.stop({ graceMs: 1_000 })]);
  });
});

const ended = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
