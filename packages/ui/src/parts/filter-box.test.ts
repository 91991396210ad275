import { expect, test } from 'vitest';
import { completeFilter } from './filter-box.rules.ts';

const fields = ['name', 'cluster', 'channel'];

test.each([
  ['', ['name', 'cluster', 'channel']],
  ['c', ['cluster', 'channel']],
  ['name st', ['name startsWith']],
  ['name == "a" ', ['name == "a" and', 'name == "a" or']],
  ['name == "a" and cl', ['name == "a" and cluster']],
  ['name == "c', []],
  ['not c', ['not cluster', 'not channel']],
])('behind `%s` comes %j', (text, found) => {
  expect(completeFilter(text, fields)).toEqual(found);
});
