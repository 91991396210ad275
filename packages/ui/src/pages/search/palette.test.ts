import { expect, test } from 'vitest';
import { findEntries, nextIndex, whyFound } from './palette.rules.ts';

const entries = ['far-web', 'cobweb', 'Web', 'website', 'db'].map((word) => ({ word, noun: 'server', to: word }));
const names = (text: string, most = 9) => findEntries(text, entries, most).map(({ word }) => word);

test('the name itself comes first, then names that begin so, then those with such a word, then the rest', () => {
  expect(names('web')).toEqual(['Web', 'website', 'far-web', 'cobweb']);
  expect(names(' WEB ', 2)).toEqual(['Web', 'website']);
  expect(names('(')).toEqual([]);
});

test('arrows go round', () => {
  expect([nextIndex(0, 'ArrowUp', 3), nextIndex(2, 'ArrowDown', 3), nextIndex(0, 'ArrowDown', 0)]).toEqual([2, 0, 0]);
});

test('why something was found is told unless it is its name', () => {
  const matches = [
    { path: 'name', value: 'web1' },
    { path: 'state.network.eth0.addresses[0].address', value: '10.0.0.7' },
  ];
  expect(whyFound({ name: 'web1', matches })).toBe('state.network.eth0.addresses[0].address: 10.0.0.7');
  expect(whyFound({ name: 'web1', matches: matches.slice(0, 1) })).toBe('');
});
