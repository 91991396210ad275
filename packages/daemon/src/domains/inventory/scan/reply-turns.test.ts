import { setImmediate as settled } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeReplyTurns } from './reply-turns.ts';

const turns = () =>
  makeReplyTurns([
    { aboveBytes: 10, atOnce: 2 },
    { aboveBytes: 100, atOnce: 1 },
  ]);

test('small answers wait for nobody; of large ones there are two, of very large ones one', async () => {
  const gate = turns();
  const [a, b, c] = [gate.hold(), gate.hold(), gate.hold()];
  const came: string[] = [];
  const read = (name: string, hold: typeof a, bytes: number) =>
    void hold.admit(bytes)?.then(() => came.push(`${name}${bytes}`));
  expect([a.admit(10), b.admit(10), c.admit(10)]).toEqual([undefined, undefined, undefined]);
  read('a', a, 11);
  read('b', b, 11);
  read('c', c, 11);
  await settled();
  expect(came).toEqual(['a11', 'b11']);
  expect(a.admit(100)).toBe(undefined);
  read('a', a, 101);
  read('b', b, 101);
  await settled();
  expect(came).toEqual(['a11', 'b11', 'a101']);
  a.end();
  await settled();
  expect(came.slice(3).toSorted()).toEqual(['b101', 'c11']);
});

test('who gave up while it waited takes no turn from the others', async () => {
  const gate = turns();
  const [a, b, c, d] = [gate.hold(), gate.hold(), gate.hold(), gate.hold()];
  await Promise.all([a.admit(11), b.admit(11)]);
  const given = c.admit(500);
  c.end();
  const next = d.admit(500);
  a.end();
  b.end();
  await Promise.all([given, next]);
  const [e, f] = [gate.hold(), gate.hold()];
  await e.admit(11);
  let came = false;
  const last = f.admit(11)?.then(() => (came = true));
  await settled();
  expect(came).toBe(false);
  d.end();
  await last;
});
