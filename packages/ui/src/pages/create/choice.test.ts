import { expect, test } from 'vitest';
import type { ServerBrief } from '../../data/servers.ts';
import { toggled, whatIsMissing, whyNot } from './choice.rules.ts';

const server = (more: Partial<ServerBrief>): ServerBrief =>
  ({ cluster: '', server_type: 'incus', server_status: 'ready', server_status_detail: '', ...more }) as ServerBrief; // the rules read these fields alone

test.each([
  [{}, undefined],
  [{ cluster: 'a' }, 'is a member of a'],
  [{ server_type: 'operations-center' as const }, 'is Operations Center itself'],
  [{ server_status: 'offline' as const, server_status_reason: 'no answer' }, 'is offline: no answer'],
])('of %j is said: %s', (more, said) => {
  expect(whyNot(server(more))).toBe(said);
});

test('the order of choosing is kept, and what is missing is told one by one', () => {
  expect(toggled(toggled(toggled([], 'b'), 'a'), 'b')).toEqual(['a']);
  expect(toggled(['b'], 'a')).toEqual(['b', 'a']);
  const missing = (name: string, servers: string[], isValid?: boolean) => whatIsMissing({ name, servers }, isValid);
  expect([
    missing('', []),
    missing('a', []),
    missing('a', ['s']),
    missing('a', ['s'], false),
    missing('a', ['s'], true),
  ]).toEqual([
    'the cluster has no name yet',
    'no server is chosen yet',
    'the files are being looked through',
    'something in the files is wrong: see below them',
    undefined,
  ]);
});
