import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTestEvents } from '../../../fleet/test-events.ts';
import { startTestServer } from '../../../fleet/test-server.ts';
import { listUrl } from '../test-incus.ts';
import { type LiveWorld, startLiveWorld } from '../test-live.ts';

let world: LiveWorld;
beforeEach(async () => {
  world = await startLiveWorld();
  expect(await scan()).toMatchObject({ problems: [] });
});
afterEach(() => world[Symbol.asyncDispose]());

const scan = () => world.service.scanCluster(world.targetOf('cluster01'), new AbortController().signal);

test.each([
  ['HTML', '<html><body>502 Bad Gateway</body></html>', 'no JSON object'],
  ['nothing', '', 'no JSON object'],
  ['an object for a list', '{"type":"sync","metadata":{"name":"a"}}', 'no list'],
  ['half an answer', '{"type":"sync","metadata":[{"name":"a"', 'middle'],
  ['an error that says 200', '{"type":"error","error":"no","metadata":null}', 'it is an error'],
  ['objects without names', '{"type":"sync","metadata":[{"description":"a"},{"description":"b"}]}', 'no usable name'],
  ['a million entries', `{"type":"sync","metadata":[${'{},'.repeat(1_000_000)}{}]}`, 'more than 200000 entries'],
])('%s in place of a list is told, and costs nothing that is known', async (_, body, why) => {
  world.odd.set(listUrl('profile'), (response) => response.end(body));
  const result = await scan();
  const { removed, problems } = result;
  expect([removed, problems[0]]).toEqual([0, { kind: 'profile', message: expect.stringContaining(why) }]);
  expect(new Set(problems.map(({ kind }) => kind))).toEqual(new Set(['profile']));
  expect(await world.names('profile')).toHaveLength(2);
});

test('404 from somebody who is not Incus does not say that a kind is gone', async () => {
  world.odd.set(listUrl('profile'), (response) => response.writeHead(404).end('<html>404 page not found</html>'));
  expect(await scan()).toMatchObject({ removed: 0, problems: [{ kind: 'profile' }] });
  expect(await world.names('profile')).toHaveLength(2);
});

test('a network that cannot be used takes nothing along, and what is below it is told to be old', async () => {
  const [first] = world.held.get(listUrl('network')) as unknown[]; // a list of them
  world.held.set(listUrl('network'), [first, { managed: true, type: 'ovn' }]);
  expect(await scan()).toMatchObject({ removed: 0, problems: [{ kind: 'network' }, { kind: 'network' }] });
  expect(await world.names('network_peer')).toHaveLength(1);
  const [freshness] = await world.service.freshness(undefined);
  const unread = freshness?.kinds.filter(({ reason }) => reason !== '').map(({ kind }) => kind);
  expect(unread).toEqual(['network', 'network_forward', 'network_load_balancer', 'network_peer']);
});

test('clusters that never answer do not hold up the scans of the others', async () => {
  // They tell events, so that they are to be read at once.
  await using mute = await startTestServer(world.own, () => {}, {}, makeTestEvents().upgrade);
  await using other = await startLiveWorld({ slowScanMs: 20 });
  const silent = ['s1', 's2', 's3', 's4', 's5'].map((cluster) => ({
    ...other.targetOf(cluster),
    endpoints: [mute.endpoint],
  }));
  other.clusters.ready = [...silent, other.targetOf('cluster01')];
  other.service.start();
  await expect.poll(() => mute.seen.filter(({ url }) => url === listUrl('network'))).toHaveLength(5);
  await expect.poll(() => other.names('profile')).toHaveLength(2);
});
