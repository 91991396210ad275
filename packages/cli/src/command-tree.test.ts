import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { notBuilt } from './not-built.ts';
import recorded from './recorded/oc-cli-tree.json' with { type: 'json' };
import { aboutGroup } from './words.ts';

type RecordedCommand = {
  path: string[];
  leaf: boolean;
  args: { name: string; required: boolean }[];
  flags: { name: string; short?: string; type: string; default?: string }[];
  aliases?: string[];
};
const leaves = (recorded.commands as RecordedCommand[]).filter((command) => command.leaf);
const isMissing = (path: string): boolean => notBuilt.some((words) => path === words || path.startsWith(`${words} `));
const ours = new Map(commands.map((command) => [command.path.join(' '), command]));

test('every command of OC is built, or stands in the table of those that are not', () => {
  const lost = leaves.map((leaf) => leaf.path.join(' ')).filter((path) => !ours.has(path) && !isMissing(path));
  expect(lost).toEqual([]);
});

test('every word with commands below it says what it is', () => {
  const groups = commands.flatMap(({ path }) => path.slice(0, -1).map((_, index) => path.slice(0, index + 1)));
  const silent = groups.filter((path) => !ours.has(path.join(' ')) && aboutGroup(path) === '');
  expect(silent).toEqual([]);
});

test('the table of commands not built names only commands of OC that are not there', () => {
  const built = notBuilt.filter((words) =>
    [...ours.keys()].some((path) => path === words || path.startsWith(`${words} `)),
  );
  const unknown = notBuilt.filter((words) => !leaves.some((leaf) => `${leaf.path.join(' ')} `.startsWith(`${words} `)));
  expect({ built, unknown }).toEqual({ built: [], unknown: [] });
});

test('every flag of OC is there with its letter and default, and nothing new is required', () => {
  const differences = leaves.flatMap((leaf) => {
    const command = ours.get(leaf.path.join(' '));
    if (command === undefined) return [];
    return leaf.flags.flatMap((flag) => {
      const option = command.options[flag.name];
      const where = `${leaf.path.join(' ')} --${flag.name}`;
      if (option === undefined) return [`${where} is missing`];
      if (option.short !== flag.short) return [`${where} has letter ${option.short}, OC ${flag.short}`];
      const initial = flag.default ?? '';
      if (option.initialText !== initial && flag.type !== 'bool')
        return [`${where}: "${option.initialText}", OC "${initial}"`];
      return [];
    });
  });
  const newlyRequired = leaves.flatMap((leaf) =>
    Object.entries(ours.get(leaf.path.join(' '))?.options ?? {})
      .filter(([name, option]) => option.required && !leaf.flags.some((flag) => flag.name === name))
      .map(([name]) => `${leaf.path.join(' ')} --${name}`),
  );
  expect({ differences, newlyRequired }).toEqual({ differences: [], newlyRequired: [] });
});

test('every command of OC takes the same number of words, and has the same other names', () => {
  const differences = leaves.flatMap((leaf) => {
    const command = ours.get(leaf.path.join(' '));
    if (command === undefined) return [];
    const needs = (list: readonly { optional?: boolean; required?: boolean }[]) =>
      list.map((one) => (one.optional === true || one.required === false ? '?' : '!')).join('');
    const same =
      needs(Object.values(command.args)) === needs(leaf.args) && String(command.aliases) === String(leaf.aliases ?? []);
    return same ? [] : [leaf.path.join(' ')];
  });
  expect(differences).toEqual([]);
});

test('every command of ours has help with an example that begins with the program', () => {
  const wrong = commands.filter(
    ({ about, examples, path }) =>
      !/^[A-Z].*[^.]$/.test(about) || !examples.join('\n').includes(`operations-center ${path.join(' ')}`),
  );
  expect(wrong.map((command) => command.path.join(' '))).toEqual([]);
});
