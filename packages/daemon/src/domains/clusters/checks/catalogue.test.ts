import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('every command that a remedy names is one that exists', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../../../docs/generated/cli.md'), 'utf8');
  const commands = [...page.matchAll(/^## (.+)$/gm)].map(([, words = '']) => words);
  const named = catalogue.flatMap(({ name, remedy }) =>
    [...remedy.matchAll(/operations-center ([a-z][a-z -]*)/g)].map(([, words = '']) => ({ name, words })),
  );
  expect(named.length).toBeGreaterThan(40);
  const unknown = named.filter(({ words }) => !commands.some((command) => `${words} `.startsWith(`${command} `)));
  expect(unknown).toEqual([]);
});
