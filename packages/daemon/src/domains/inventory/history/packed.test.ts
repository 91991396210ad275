import { expect, test } from 'vitest';
import { packObject, unpackObject } from './packed.ts';

const vm = (more: object): string =>
  JSON.stringify({ name: 'web', config: { 'limits.cpu': '1', 'user.note': 'x'.repeat(500) }, ...more });

test('what is packed is what it was, though what is measured is another by now; and it is small', () => {
  const before = vm({ description: 'before – ü', state: { cpu: 1 } });
  const after = vm({ description: 'after', state: { cpu: 2 } });
  const packed = packObject('instance', before, after);
  expect(packed.byteLength).toBeLessThan(120);
  // The row that took its place was written over: the same object, measured again, its keys in another order.
  const { state: _, ...rest } = JSON.parse(after) as Record<string, unknown>;
  const later = JSON.stringify({ state: { cpu: 3, more: [] }, ...rest });
  expect(unpackObject('instance', packed, later)).toBe(before);
});

test('objects longer than what is looked back at are packed, too', () => {
  const long = (n: number): string =>
    JSON.stringify({ name: 'long', text: Array.from({ length: 20_000 }, (_, k) => k * n) });
  expect(unpackObject('profile', packObject('profile', long(3), long(7)), long(7))).toBe(long(3));
});
