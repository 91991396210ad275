import type { InventoryFreshness } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { clusterSentence, clusterState, freshnessSentence, isStale } from './cluster.rules.ts';
import type { ServerBrief } from './servers.ts';

const member = (server_status: ServerBrief['server_status'], server_status_detail = ''): ServerBrief =>
  ({ server_status, server_status_detail }) as ServerBrief; // the rules read these fields alone

test.each([
  ['ready', [], 'ready', 'ready'],
  ['ready', [member('ready'), member('offline'), member('offline')], 'unreachable', '2 of 3 unreachable'],
  ['ready', [member('ready'), member('ready', 'rebooting')], 'working', 'ready'],
  ['pending', [member('offline')], 'working', 'being made'],
  ['unknown', [member('ready')], 'attention', 'unknown'],
] as const)('a cluster that is %s with members %j is %s: %s', (status, members, state, sentence) => {
  expect([clusterState({ status }, members), clusterSentence({ status }, members)]).toEqual([state, sentence]);
});

test('a view is stale when it is old, not when it is new', () => {
  const nowMs = Date.parse('2026-11-23T10:01:00Z');
  const of = (live: boolean, stale_since: string | null) => isStale({ live, stale_since } as InventoryFreshness, nowMs); // it reads no more
  expect([
    of(false, '2026-11-23T10:00:00Z'),
    of(false, '2026-11-23T10:00:45Z'),
    of(false, null),
    of(true, null),
  ]).toEqual([true, false, false, false]);
});

test('freshness is not spoken of while all is live', () => {
  const view = (more: Partial<InventoryFreshness>) =>
    freshnessSentence({ live: true, reason: '', pending: 0, ...more } as InventoryFreshness); // as above
  expect([view({}), view({ pending: 3 }), view({ live: false, reason: 'no member answers' })]).toEqual([
    '',
    '3 changes are being read',
    'no member answers',
  ]);
});
