import type { InventoryFreshness, Operation, Warning } from '@operations-center/contract';
import { expect, test } from 'vitest';
import type { ServerBrief } from '../../data/servers.ts';
import { listNeeds } from './needs.rules.ts';

const operation = (status: Operation['metadata']['status'], err = ''): Operation =>
  ({ id: status, description: 'Create cluster "a"', err, metadata: { status } }) as Operation; // the rules read these fields alone
const server = (name: string, server_status: ServerBrief['server_status']): ServerBrief =>
  ({ name, server_status, server_status_detail: '' }) as ServerBrief;
const view = (cluster: string, stale_since: string | null): InventoryFreshness =>
  ({ cluster, live: false, stale_since, reason: 'no member answers' }) as InventoryFreshness;
const warning = (uuid: string, status: string, scope: string): Warning =>
  ({
    uuid,
    status,
    type: 'x',
    scope: { scope, entity_type: '', entity: 'a' },
    messages: ['old', 'new'],
  }) as unknown as Warning;

test('what needs a person is told once, the most urgent first, and nothing else is', () => {
  const needs = listNeeds({
    operations: [operation('running'), operation('needs_attention', 'server3, join: refused'), operation('paused')],
    servers: [server('s1', 'ready'), server('s2', 'offline')],
    nowMs: Date.parse('2026-11-23T12:00:00Z'),
    freshness: [view('old', '2026-11-23T10:00:00Z'), view('new', null)],
    warnings: [
      warning('1', 'new', 'cluster'),
      warning('2', 'acknowledged', 'cluster'),
      warning('3', 'new', 'operation'),
    ],
  });
  expect(needs.map(({ sentence }) => sentence)).toEqual([
    'Create cluster "a": server3, join: refused',
    'Create cluster "a": is paused until somebody has looked',
    's2 is unreachable',
    'Inventory of old is old: no member answers',
    'a: new',
  ]);
});
