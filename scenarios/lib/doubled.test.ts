import { expect, test } from 'vitest';
import { findDoubled, type Received } from './doubled.ts';

const join = (seq: number, more: Partial<Received> = {}): Received => ({
  seq,
  server: 's1',
  method: 'PUT',
  path: '/1.0/cluster',
  status: 202,
  ...more,
});

test.each<[string, Received[], string[]]>([
  ['one join', [join(1)], []],
  ['one that was refused, sent again', [join(1, { status: 400 }), join(2)], []],
  ['one that came to nothing, sent again', [join(1, { failed_after: 1 }), join(2)], []],
  ['a second while the first ran, which failed later', [join(1, { failed_after: 2 }), join(2)], ['s1 is clustered']],
  ['a second after the first', [join(1), join(2)], ['s1 is clustered']],
  ['two servers', [join(1), join(2, { server: 's2' })], []],
  [
    'again after the server was put back',
    [join(1), join(2, { method: 'POST', path: '/os/1.0/applications/incus/:restore' }), join(3)],
    [],
  ],
])('%s', (_, requests, doubled) => {
  expect(findDoubled(requests)).toEqual(doubled);
});
