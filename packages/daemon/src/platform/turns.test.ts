import { expect, test } from 'vitest';
import { makeTurns } from './turns.ts';

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
