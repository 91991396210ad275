import { setTimeout as pause } from 'node:timers/promises';
import type { InventoryKind } from '@operations-center/contract';
import { afterEach, expect, test } from 'vitest';
import { type LooksParts, type LooksQueue, makeLooksQueue } from './looks-queue.ts';
import type { Look } from './object-place.ts';

type Running = { name: string; end(next?: readonly Look[]): void; fail(error: unknown): void };

let running: Running[] = [];
let scans: { kinds: readonly InventoryKind[] | 'everything'; end(): void }[] = [];
let lost: unknown[] = [];
let queue: LooksQueue;

function start(options: Partial<LooksParts> = {}): void {
  [running, scans, lost] = [[], [], []];
  queue = makeLooksQueue({
    lookAt: ({ kind, name }, beside) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly Look[]>();
      const shown = `${kind} ${name}${beside === undefined ? '' : ` +${beside}`}`;
      running.push({ name: shown, end: (next = []) => resolve(next), fail: reject });
      return promise;
    },
    async scan(take) {
      const { promise, resolve } = Promise.withResolvers<void>();
      scans.push({ kinds: take(), end: resolve });
      await promise;
    },
    onLost: (error) => lost.push(error),
    settleMs: 5,
    ...options,
  });
}
afterEach(async () => {
  const stopped = queue.stop();
  for (const one of running) one.end();
  await stopped;
});

const look = (name: string, kind: InventoryKind = 'profile', beside?: 'volumes'): Look => ({
  look: 'object',
  place: { kind, name, project_name: 'default', parent_name: '', server: '', type: '' },
  ...(beside === undefined ? {} : { beside }),
});
const names = () => running.map(({ name }) => name);

test('many events of one object are one look, with all that any of them asked for', async () => {
  start();
  queue.add([look('a', 'instance'), look('a', 'instance', 'volumes'), look('a', 'instance')]);
  expect(queue.size()).toBe(1);
  await expect.poll(names).toEqual(['instance a +volumes']);
  running[0]?.end();
  await expect.poll(() => queue.size()).toBe(0);
});

test('an object that changes while it is looked at is looked at again, afterwards', async () => {
  start();
  queue.add([look('a')]);
  await expect.poll(names).toEqual(['profile a']);
  queue.add([look('a')]);
  await pause(30);
  expect(names()).toEqual(['profile a']);
  running[0]?.end();
  await expect.poll(names).toEqual(['profile a', 'profile a']);
});

test('a few at once; one that is slow holds up no other', async () => {
  start({ objectsAtOnce: 2 });
  queue.add(['a', 'b', 'c', 'd'].map((name) => look(name)));
  await expect.poll(names).toEqual(['profile a', 'profile b']);
  await pause(30);
  expect(running).toHaveLength(2);
  running[1]?.end();
  await expect.poll(names).toEqual(['profile a', 'profile b', 'profile c']);
});

test('what a look finds beside it is looked at next', async () => {
  start();
  queue.add([look('a')]);
  await expect.poll(names).toEqual(['profile a']);
  running[0]?.end([look('b')]);
  await expect.poll(names).toEqual(['profile a', 'profile b']);
});

test('a burst of one kind becomes its list; the other kinds go on', async () => {
  start({ mostObjects: 3, objectsAtOnce: 1 });
  queue.add([look('n', 'network'), ...['a', 'b', 'c', 'd'].map((name) => look(name))]);
  await expect.poll(() => scans.map(({ kinds }) => kinds)).toEqual([['profile']]);
  expect(queue.size()).toBe(2);
  await expect.poll(names).toEqual(['network n']);
  // The list was asked for already: this may be newer.
  queue.add([look('e')]);
  running[0]?.end();
  await expect.poll(names).toEqual(['network n', 'profile e']);
});

test('a burst of instances takes their volumes along', async () => {
  start({ mostObjects: 1 });
  queue.add([look('a', 'instance', 'volumes'), look('b', 'instance', 'volumes')]);
  await expect.poll(() => scans.map(({ kinds }) => kinds)).toEqual([['instance', 'storage_volume']]);
});

test('a list that is still to be read has what is told until then', async () => {
  start();
  queue.add([{ look: 'kind', kind: 'image' }]);
  await expect.poll(() => scans).toHaveLength(1);
  queue.add([{ look: 'kind', kind: 'profile' }, look('a')]);
  await pause(30);
  expect([names(), scans.length]).toEqual([[], 1]);
  scans[0]?.end();
  await expect.poll(() => scans.map(({ kinds }) => kinds)).toEqual([['image'], ['profile']]);
});

test('everything takes the place of all that waits', async () => {
  start({ settleMs: 1_000 });
  queue.add([look('a'), { look: 'everything' }, look('b')]);
  await expect.poll(() => scans.map(({ kinds }) => kinds)).toEqual(['everything']);
  queue.add([look('c')]);
  expect(queue.size()).toBe(2);
});

test('a look that fails for good is told once, and ends the queue', async () => {
  start();
  queue.add([look('a'), look('b')]);
  await expect.poll(() => running).toHaveLength(2);
  for (const one of running) one.fail(new Error('nobody there'));
  await expect.poll(() => lost).toHaveLength(1);
  queue.add([look('c')]);
  await pause(30);
  expect([running.length, lost.length]).toEqual([2, 1]);
});

test('stopped, it begins nothing more, and what is under way is waited for', async () => {
  start({ objectsAtOnce: 1 });
  queue.add([look('a'), look('b')]);
  await expect.poll(names).toEqual(['profile a']);
  let stopped = false;
  const stopping = queue.stop().then(() => {
    stopped = true;
  });
  await pause(30);
  expect(stopped).toBe(false);
  running[0]?.end([look('c')]);
  await stopping;
  await pause(30);
  expect(names()).toEqual(['profile a']);
});
