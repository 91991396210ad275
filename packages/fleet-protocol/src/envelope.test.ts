import { expect, test } from 'vitest';
import { asyncReply, errorReply, Reply, syncReply } from './envelope.ts';

test('what the simulator writes is what the daemon reads', () => {
  expect(Reply.parse(syncReply(['/1.0']))).toMatchObject({ type: 'sync', metadata: ['/1.0'] });
  expect(Reply.parse(asyncReply('/1.0/operations/x', { id: 'x' }))).toMatchObject({
    type: 'async',
    operation: '/1.0/operations/x',
  });
  expect(Reply.parse(errorReply(412, 'ETag does not match'))).toMatchObject({ type: 'error', error_code: 412 });
});

test('every wire reply has the seven keys in the order of Incus', () => {
  const keys = ['type', 'status', 'status_code', 'operation', 'error_code', 'error', 'metadata'];
  for (const reply of [syncReply(), asyncReply('/1.0/operations/x', {}), errorReply(404, 'not found')]) {
    expect(Object.keys(reply)).toEqual(keys);
  }
});

test.each([
  [null],
  ['html'],
  [[]],
  [{}],
  [{ type: 'later' }],
  [{ type: 'error', error_code: 'x', error: 'y' }],
  [{ type: 'async', metadata: {} }],
])('%j is no envelope', (value) => {
  expect(Reply.safeParse(value).success).toBe(false);
});
