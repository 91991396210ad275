import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listUrl, showUrl } from '../test-incus.ts';
import { type LiveWorld, profileOf, startLiveWorld } from '../test-live.ts';

let world: LiveWorld;
beforeEach(async () => {
  world = await startLiveWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

describe('a scan whose question is older than what an event showed', () => {
  /** A scan that has asked for the profiles and gets `list` when `answer` is called. */
  async function scanSlowly(list: unknown[]): Promise<{ answer(): void; ended: Promise<unknown> }> {
    const waiting: ServerResponse[] = [];
    world.odd.set(listUrl('profile'), (response) => waiting.push(response));
    const [target] = world.clusters.ready;
    if (target === undefined) throw new Error('no cluster');
    const ended = world.service.scanCluster(target, new AbortController().signal);
    await expect.poll(() => waiting).toHaveLength(1);
    world.odd.delete(listUrl('profile'));
    return { answer: () => waiting[0]?.end(JSON.stringify({ type: 'sync', metadata: list })), ended };
  }

  beforeEach(async () => {
    world.held.set(listUrl('profile'), [profileOf('old'), profileOf('kept')]);
    await world.follow();
  });

  test('does not write over it', async () => {
    const slow = await scanSlowly([profileOf('old', 'outdated'), profileOf('kept', 'changed')]);
    world.hold('old', 'newest');
    world.tell('profile-updated', 'profiles/old');
    await expect.poll(() => world.names('profile')).toEqual(['kept', 'old newest']);
    slow.answer();
    expect(await slow.ended).toMatchObject({ problems: [] });
    expect(await world.names('profile')).toEqual(['kept changed', 'old newest']);
  });

  test('does not delete what has come since', async () => {
    const slow = await scanSlowly([profileOf('old')]);
    world.hold('new');
    world.tell('profile-created', 'profiles/new');
    await expect.poll(() => world.names('profile')).toEqual(['kept', 'new', 'old']);
    slow.answer();
    await slow.ended;
    expect(await world.names('profile')).toEqual(['new', 'old']);
  });

  test('does not bring back what has gone since', async () => {
    const slow = await scanSlowly([profileOf('old'), profileOf('kept')]);
    world.tell('profile-deleted', 'profiles/old');
    await expect.poll(() => world.names('profile')).toEqual(['kept']);
    slow.answer();
    await slow.ended;
    expect(await world.names('profile')).toEqual(['kept']);
  });

  test('nor if the object was as we knew it, and differed only in between', async () => {
    const slow = await scanSlowly([profileOf('old', 'in between'), profileOf('kept')]);
    world.hold('old');
    world.tell('profile-updated', 'profiles/old');
    await expect
      .poll(() => world.servers[0]?.seen.some(({ url }) => url === showUrl('profile', { name: 'old' })))
      .toBe(true);
    await expect.poll(() => world.database.rows('select uuid from inventory_looks')).toHaveLength(1);
    slow.answer();
    await slow.ended;
    expect(await world.names('profile')).toEqual(['kept', 'old']);
  });

  test('but one that is asked for afterwards counts, and then nothing is remembered', async () => {
    world.hold('old', 'told');
    world.tell('profile-updated', 'profiles/old');
    await expect.poll(() => world.names('profile')).toEqual(['kept', 'old told']);
    const slow = await scanSlowly([profileOf('old', 'listed')]);
    slow.answer();
    await slow.ended;
    expect(await world.names('profile')).toEqual(['old listed']);
    expect(await world.database.rows('select * from inventory_looks')).toEqual([]);
  });
});

test('an answer that comes while its cluster is removed leaves nothing behind', async () => {
  await world.follow();
  const { promise, resolve } = Promise.withResolvers<void>();
  world.gate.closed = promise;
  world.hold('late');
  world.tell('profile-created', 'profiles/late');
  await expect.poll(world.stores).toBe(1);
  world.clusters.ready = [];
  const removed = world.service.removeCluster('cluster01');
  setTimeout(resolve, 50);
  await removed;
  await pause(100);
  expect(await world.database.rows('select uuid from inventory_objects')).toEqual([]);
});
