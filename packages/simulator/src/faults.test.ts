import { expect, test } from 'vitest';
import { FAULTS, makeFaults, parseFault } from './faults.ts';

test.each([
  ['join-fails@server3', { name: 'join-fails', server: 'server3' }],
  ['slow@server2:500', { name: 'slow', server: 'server2', arg: '500' }],
  ['preseed-item-fails@*:a:b', { name: 'preseed-item-fails', server: '*', arg: 'a:b' }],
])('%s', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  ['join-fails', 'is no fault: write NAME@SERVER'],
  ['jion-fails@server3', "there is no fault 'jion-fails'; there are services-put-fails"],
])('%s is refused', (text, message) => {
  expect(() => parseFault(text)).toThrow(message);
});

test('a fault with an argument hits that argument only; without, everything', () => {
  const faults = makeFaults([parseFault('services-put-fails@s1:nvme'), parseFault('preseed-item-fails@*')]);
  expect(faults.active('services-put-fails', 's1', 'nvme')).toEqual({ arg: 'nvme' });
  expect(faults.active('services-put-fails', 's1', 'lvm')).toBeUndefined();
  expect(faults.active('services-put-fails', 's2', 'nvme')).toBeUndefined();
  expect(faults.active('preseed-item-fails', 's2', 'anything')).toEqual({});
});

test.each([
  ['join-fails-1', 'join-fails', true],
  ['join-fails1', 'join-fails', true],
  ['rack2-join-fails-1', 'join-fails', true],
  ['join-fails-1', 'join-hangs', false],
  ['slowness-1', 'slow', false],
  ['slow', 'slow', true],
])('a server called %s has %s: %s', (server, fault, has) => {
  expect(makeFaults().active(fault, server) !== undefined).toBe(has);
});

test('setting and clearing is told', () => {
  const faults = makeFaults();
  let told = 0;
  faults.onChange(() => told++);
  faults.set({ name: 'slow', server: 's1' });
  expect(faults.clear('slow', 's2')).toBe(false);
  expect(faults.clear('slow', 's1')).toBe(true);
  expect(told).toBe(2);
  expect(faults.list()).toEqual([]);
});

test('every fault says what it does in one line', () => {
  for (const about of Object.values(FAULTS)) expect(about).toMatch(/^[^\n]{10,110}$/);
});
