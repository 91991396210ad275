import { expect, test } from 'vitest';
import { catalogue } from './catalogue.rules.ts';
import { checkGroups } from './check.ts';

test('every check has a name of its own, in its group, and says what it reads and what to do', () => {
  const names = catalogue.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(names.length).toBeGreaterThanOrEqual(40);
  for (const { name, group, reads, about, remedy } of catalogue) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(checkGroups).toContain(group);
    expect([name, reads.length > 0, about.endsWith('.'), remedy !== '']).toEqual([name, true, true, true]);
  }
});

test('what would harm somebody else, or lose what a server holds, can never be ignored', () => {
  const never = [
    ...['certificate-pinned', 'trusts-us', 'not-clustered-live', 'not-in-a-cluster', 'not-claimed', 'not-our-host'],
    ...['joiner-instances', 'joiner-pools', 'joiner-networks', 'joiner-projects'],
  ];
  const ignorable = catalogue.filter(({ name }) => never.includes(name)).map((check) => check.ignorable);
  expect(ignorable).toEqual(never.map(() => false));
});
