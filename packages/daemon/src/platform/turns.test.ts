import { setImmediate as settled } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makePatientTurns, makeTurns } from './turns.ts';

test('so many at once, the others in order, and a failure gives its turn back', async () => {
  const turn = makeTurns(2);
  const begun: number[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const works = gates.map((gate, at) =>
    turn(async () => {
      begun.push(at);
      await gate.promise;
    }).catch(() => undefined),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  gates[1]?.reject(new Error('it went wrong'));
  await works[1];
  expect(begun).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve();
  await Promise.all(works);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

const slow = (): { work: () => Promise<string>; end: (word: string) => void } => {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, end: resolve };
};

test('one that takes long makes room, and its result still comes', async () => {
  const inTurn = makePatientTurns(1, 20);
  const first = slow();
  const running = inTurn(first.work);
  expect(await inTurn(async () => 'second')).toBe('second');
  await expect(inTurn(() => Promise.reject(new Error('third')))).rejects.toThrow('third');
  first.end('first');
  expect(await running).toBe('first');
});

test('one that is soon done is waited for', async () => {
  const inTurn = makePatientTurns(1, 60_000);
  const first = slow();
  const running = inTurn(first.work);
  let began = false;
  const second = inTurn(async () => (began = true));
  await settled();
  expect(began).toBe(false);
  first.end('first');
  expect(await running).toBe('first');
  expect(await second).toBe(true);
});
