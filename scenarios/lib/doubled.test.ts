import { createHash } from 'node:crypto';
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

const certificate = Buffer.from('DER');
const fingerprint = createHash('sha256').update(certificate).digest('hex');
const trust = (seq: number): Received =>
  join(seq, {
    method: 'POST',
    path: '/1.0/certificates',
    body: { name: 'mine', certificate: certificate.toString('base64') },
  });

test.each<[string, Received[], string[]]>([
  ['one join', [join(1)], []],
  ['one that was refused, sent again', [join(1, { status: 400 }), join(2)], []],
  ['one that came to nothing, sent again', [join(1, { failed_after: 1 }), join(2)], []],
  ['a second while the first ran, which failed later', [join(1, { failed_after: 2 }), join(2)], ['s1 is clustered']],
  ['a second after the first', [join(1), join(2)], ['s1 is clustered']],
  ['two servers', [join(1), join(2, { server: 's2' })], []],
  ['a certificate twice', [trust(1), trust(2)], [`s1 has /1.0/certificates/${fingerprint}?`]],
  [
    'a certificate again after it was removed',
    [trust(1), join(2, { method: 'DELETE', path: `/1.0/certificates/${fingerprint}` }), trust(3)],
    [],
  ],
  [
    'again after the server was put back',
    [join(1), join(2, { method: 'POST', path: '/os/1.0/applications/incus/:restore' }), join(3)],
    [],
  ],
])('%s', (_, requests, doubled) => {
  expect(findDoubled(requests)).toEqual(doubled);
});
