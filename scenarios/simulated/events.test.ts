import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Daemon } from '../lib/daemon.ts';
import { addCluster } from '../lib/story.ts';
import { startWorld, until, type World, writePageFiles } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 3 });
});
afterAll(() => world.stop());

type Event = { cursor: string; type: string; metadata: Record<string, unknown> };

async function pageBehind(daemon: Daemon, cursor?: string): Promise<{ events: Event[]; cursor: string }> {
  const page = await daemon.client('events_list', { query: { cursor } });
  if (page.kind !== 'ok') throw new Error(`no events: ${JSON.stringify(page)}`);
  return page.metadata;
}

/** Follows until it has `count` messages, or the stream ends; then it is cut without a word. */
function readSome(daemon: Daemon, cursor: string, count: number, limitMs: number): Promise<Event[]> {
  return new Promise((resolve, reject) => {
    const seen: Event[] = [];
    const path = `/1.0/events?cursor=${cursor}`;
    const websocket = new WebSocket(`ws+unix:${join(daemon.directory, 'unix.socket')}:${path}`);
    const cut = (): void => {
      clearTimeout(late);
      websocket.removeAllListeners('message');
      websocket.terminate();
      resolve(seen);
    };
    const late = setTimeout(cut, limitMs);
    websocket.on('error', (error) => (seen.length === 0 ? reject(error) : undefined));
    websocket.on('message', (data: Buffer) => {
      seen.push(JSON.parse(data.toString()) as Event);
      if (seen.length === count) cut();
    });
  });
}

test('a client that is cut and comes back 50 times during a creation misses nothing and sees nothing twice', {
  timeout: 120_000,
}, async () => {
  const { daemon, fleet, directory } = world;
  const start = (await pageBehind(daemon)).cursor;
  const files = await writePageFiles(directory);
  const creation = addCluster({ daemon, servers: fleet.servers, files }, 'followed');
  let [cursor, cuts] = [start, 0];
  const seen: Event[] = [];
  for (let isOver = false; cuts < 50 || !isOver; cuts += 1) {
    const more = await readSome(daemon, cursor, 1 + (cuts % 3), 500);
    seen.push(...more);
    cursor = more.at(-1)?.cursor ?? cursor;
    isOver = more.length === 0;
  }
  expect(await creation).toMatchObject({ exit: 0 });
  const all = (await pageBehind(daemon, start)).events;
  const followed = seen.concat(await readSome(daemon, cursor, Number.POSITIVE_INFINITY, 500));
  expect(followed.map((event) => event.cursor)).toEqual(all.map((event) => event.cursor));
  expect(followed).toEqual(all);
  expect(cuts).toBeGreaterThanOrEqual(50);
  const actions = all.filter(({ type }) => type === 'lifecycle').map(({ metadata }) => metadata['action']);
  expect(actions).toEqual(expect.arrayContaining(['cluster-created', 'server-updated', 'cluster-status-changed']));
  const operations = all.filter(({ type }) => type === 'operation').map(({ metadata }) => metadata);
  expect(operations.at(0)).toMatchObject({ status: 'Pending', metadata: { event: 'submitted' } });
  expect(operations.at(-1)).toMatchObject({ status: 'Success', status_code: 200, metadata: { event: 'resting' } });
});

test('monitor goes on by itself across a daemon that is killed and started again', { timeout: 100_000 }, async () => {
  const { daemon } = world;
  const start = (await pageBehind(daemon)).cursor;
  const told = join(world.directory, 'daemon.log');
  const monitor = daemon.startCli('monitor', '--type', 'lifecycle', '-f', 'json', '--cursor', start);
  const makeToken = () =>
    daemon.client('tokens_create', { body: { uses_remaining: 1, expire_at: '2099-01-01T00:00:00Z' } });
  const linesOf = (): string[] =>
    readFileSync(told, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"token-created"'));
  await makeToken();
  await until('the first event', async () => linesOf().length === 1);
  await daemon.kill();
  await daemon.restart();
  await makeToken();
  await until('the event after the restart', async () => linesOf().length >= 2);
  await monitor.stop('SIGINT');
  const lifecycle = (await pageBehind(daemon, start)).events.filter(({ type }) => type === 'lifecycle');
  const cursors = linesOf().map((line) => (JSON.parse(line) as Event).cursor);
  expect(cursors).toEqual(
    lifecycle.filter(({ metadata }) => metadata['action'] === 'token-created').map((event) => event.cursor),
  );
});
