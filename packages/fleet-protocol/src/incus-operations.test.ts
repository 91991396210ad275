import { expect, test } from 'vitest';
import {
  decodeJoinToken,
  encodeJoinToken,
  IncusOperation,
  isFinal,
  JoinTokenMetadata,
  OperationLists,
} from './incus-operations.ts';

const metadata = {
  serverName: 'server2',
  secret: 'ab'.repeat(32),
  fingerprint: 'cd'.repeat(32),
  addresses: ['10.0.8.11:8443', '[fd00::1]:8443'],
  expiresAt: '2026-11-22T23:00:00.123456789Z',
};

test('a join token is base64 of compact snake_case JSON in the order of Go', () => {
  const token = encodeJoinToken(JoinTokenMetadata.parse(metadata));
  expect(Buffer.from(token, 'base64').toString()).toBe(
    `{"server_name":"server2","fingerprint":"${'cd'.repeat(32)}","addresses":["10.0.8.11:8443","[fd00::1]:8443"],"secret":"${'ab'.repeat(32)}","expires_at":"2026-11-22T23:00:00.123456789Z"}`,
  );
  expect(token.length % 4).toBe(0);
  expect(decodeJoinToken(token)?.server_name).toBe('server2');
});

test('what is no token is none', () => {
  expect(decodeJoinToken('not a token')).toBeUndefined();
  expect(decodeJoinToken(Buffer.from('{}').toString('base64'))).toBeUndefined();
});

test('token metadata without a secret does not pass the gate', () => {
  expect(JoinTokenMetadata.safeParse({ ...metadata, secret: '' }).success).toBe(false);
});

test('the recorded bootstrap operation passes the gate, nulls and all', () => {
  const operation = IncusOperation.parse({
    class: 'task',
    description: 'Creating bootstrap node',
    err: '',
    id: 'f1d9f1a2-0000-4000-8000-000000000001',
    location: 'none',
    may_cancel: false,
    metadata: null,
    resources: { cluster: null },
    status: 'Running',
    status_code: 103,
  });
  expect(operation.metadata).toEqual({});
  expect(isFinal(operation)).toBe(false);
  expect(isFinal({ status_code: 400 })).toBe(true);
});

test('a server without operations has no lists', () => {
  expect(OperationLists.parse({})).toEqual({});
  expect(OperationLists.parse(null)).toEqual({});
});
