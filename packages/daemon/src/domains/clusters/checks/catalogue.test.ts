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

test('every command that a remedy names is one that exists, with as many words as it takes, one of them SERVER:THING', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../../../docs/generated/cli.md'), 'utf8');
  const usages = [...page.matchAll(/^## (.+)$[^]*?^```\noperations-center (.+)$/gm)].map(
    ([, command = '', usage = '']) => ({
      words: command.split(' '),
      args: [...usage.matchAll(/[<[]([a-z-]+)[>\]]/g)].flatMap(([, name = '']) => (name === 'options' ? [] : [name])),
    }),
  );
  const named = catalogue.flatMap(({ name, remedy }) =>
    [...remedy.matchAll(/operations-center ([^;,]*?)(?=[;,]|: |$)/g)].map(([, typed = '']) => ({ name, typed })),
  );
  expect(named.length).toBeGreaterThan(40);
  const wrong = named.filter(({ typed }) => {
    const words = typed.split(' ');
    const usage = usages
      .filter((one) => one.words.every((word, at) => words[at] === word))
      .sort((one, other) => other.words.length - one.words.length)[0];
    const given = words.slice(usage?.words.length);
    const isThing = usage?.args[0] === 'service' || usage?.args[0] === 'application';
    return (
      usage === undefined || given.length !== usage.args.length || (isThing && !/^[^:]+:[^:]+$/.test(given[0] ?? ''))
    );
  });
  expect(wrong).toEqual([]);
});
