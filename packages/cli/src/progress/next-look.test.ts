import { expect, test } from 'vitest';
import { makeApi } from '../api.ts';
import { findPlaces } from '../configuration/places.ts';
import { openConnection } from '../connection.ts';
import { operation, step } from '../testing/operations.ts';
import { type Replay, type ReplayDaemon, refusal, startReplayDaemon, sync } from '../testing/replay-daemon.ts';
import { runWords } from '../testing/run-words.ts';
import { makeNextLook, type Pace } from './next-look.ts';

const running = operation('running', [step('join-member/server3 running')]);
const { id } = running;
/** No clock ever says that it is time to look. */
const never: Pace = { toldMs: 3_600_000, untoldMs: 3_600_000, gapMs: 0 };

const daemonWith =
  (extensions: readonly string[]): Replay =>
  ({ path }) => {
    if (path === '/1.0') return sync({ api_extensions: extensions });
    return sync(path.startsWith('/1.0/events') ? { events: [], cursor: 'here' } : running);
  };

function nextLookOf({ folder }: ReplayDaemon, pace: Pace) {
  const places = findPlaces({ OPERATIONS_CENTER_DIR: folder, HOME: folder });
  const api = makeApi(() => openConnection({ places, forceLocal: false, warn: () => {} }));
  return makeNextLook(api, id, pace);
}

const news = (operationId: string) => ({ type: 'operation', cursor: 'c', metadata: { id: operationId } });

test('an event of the operation is a reason to look, others are none, and no clock is needed', async () => {
  await using daemon = await startReplayDaemon(daemonWith(['operations', 'events']), true);
  const next = nextLookOf(daemon, never);
  const order: string[] = [];
  // The stream is open: what happened before is looked at once.
  await next.due();
  order.push('opened');
  const due = next.due().then(() => order.push('due'));
  daemon.tell(news('another'));
  await daemonAnswered(daemon);
  order.push('another told');
  daemon.tell(news(id));
  await due;
  expect(order).toEqual(['opened', 'another told', 'due']);
  next.stop();
});

/** A round trip over another connection: what was told before it has arrived. */
async function daemonAnswered({ folder }: ReplayDaemon): Promise<void> {
  await runWords(['query', '/1.0'], { env: { OPERATIONS_CENTER_DIR: folder, HOME: folder } });
}

test('events that are gone are a reason to look', async () => {
  await using daemon = await startReplayDaemon(daemonWith(['operations', 'events']), true);
  const next = nextLookOf(daemon, never);
  await next.due();
  daemon.tell({ type: 'lost', cursor: 'c', metadata: { reason: 'pruned', resume: 'c' } });
  await expect(next.due()).resolves.toBeUndefined();
  next.stop();
});

test('what happens between two looks is not missed', async () => {
  await using daemon = await startReplayDaemon(daemonWith(['operations', 'events']), true);
  const next = nextLookOf(daemon, never);
  await next.due();
  daemon.tell(news(id));
  await daemonAnswered(daemon);
  // Told while nobody waited.
  await expect(next.due()).resolves.toBeUndefined();
  next.stop();
});

test.each([
  ['has no events', daemonWith(['operations'])],
  ['refuses the stream', daemonWith(['operations', 'events'])],
  [
    'refuses to say where the events are',
    ((request) =>
      request.path.startsWith('/1.0/events')
        ? refusal(403, 'Forbidden')
        : daemonWith(['operations', 'events'])(request)) satisfies Replay,
  ],
])('a daemon that %s is looked at every now and then', async (_, replay) => {
  await using daemon = await startReplayDaemon(replay);
  const next = nextLookOf(daemon, { ...never, untoldMs: 1 });
  for (let look = 0; look < 3; look++) await expect(next.due()).resolves.toBeUndefined();
  next.stop();
});

test('watching a daemon without events ends as it did, and says nothing of them', async () => {
  let looks = 0;
  const finished = operation('finished', [step('join-member/server3 succeeded')]);
  await using daemon = await startReplayDaemon((request) => {
    if (request.path.endsWith(id)) looks++;
    return looks > 3 ? sync(finished) : daemonWith(['operations'])(request);
  });
  const ran = await runWords(['operation', 'watch', id], { env: { OPERATIONS_CENTER_DIR: daemon.folder } });
  expect(ran.code).toBe(0);
  expect(ran.stderr).not.toContain('event');
  expect(daemon.received.some(({ path }) => path.startsWith('/1.0/events'))).toBe(false);
});

test('who stops waiting lets go of the stream', async () => {
  await using daemon = await startReplayDaemon(daemonWith(['operations', 'events']), true);
  const next = nextLookOf(daemon, never);
  await next.due();
  next.stop();
  await expect(daemon.unfollowed()).resolves.toBeUndefined();
});

test('waiting ends with the signal', async () => {
  await using daemon = await startReplayDaemon(daemonWith(['operations', 'events']), true);
  const next = nextLookOf(daemon, never);
  await next.due();
  const limit = new AbortController();
  const due = next.due(limit.signal);
  limit.abort();
  await expect(due).rejects.toThrow('aborted');
  next.stop();
});
