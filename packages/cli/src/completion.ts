import type { Command, NameSource, Options } from './command.ts';
import { globalOptions, optionLine } from './help.ts';
import { aboutGroup } from './words.ts';

export type Candidate = { value: string; about: string };
export type Completion = { candidates: Candidate[]; files: boolean };
/** Names that exist now; an empty list if they cannot be learnt quickly. `given`: the arguments before. */
export type FindNames = (source: Exclude<NameSource, 'files'>, given: readonly string[]) => Promise<readonly string[]>;

const nothing: Completion = { candidates: [], files: false };

/** What can stand where the cursor is; the last word is the one being typed, maybe empty. */
export async function completeWords(
  words: readonly string[],
  commands: readonly Command[],
  findNames: FindNames,
): Promise<Completion> {
  const typed = words.at(-1) ?? '';
  const { command, path, given, pending } = readWords(words.slice(0, -1), commands);
  if (command === undefined) return typed.startsWith('-') ? globals(typed) : nextWords(path, typed, commands);
  const find: Find = (source) => findNames(source, given);
  const joined = /^--([\w-]+)=(.*)$/.exec(typed);
  if (joined !== null) {
    const [, name = '', value = ''] = joined;
    const inner = await completeValue(command.options[name], value, find);
    const candidates = inner.candidates.map((one) => ({ ...one, value: `--${name}=${one.value}` }));
    return { ...inner, candidates };
  }
  if (pending !== undefined) return completeValue(command.options[pending], typed, find);
  if (typed.startsWith('-')) return flagsOf(command.options, typed);
  return completeValue(Object.values(command.args)[given.length], typed, find);
}

type ReadWords = {
  path: string[];
  command: Command | undefined;
  /** The arguments the command has got. */
  given: string[];
  /** The option whose value comes next. */
  pending: string | undefined;
};

function readWords(words: readonly string[], commands: readonly Command[]): ReadWords {
  const read: ReadWords = { path: [], command: undefined, given: [], pending: undefined };
  for (const word of words) {
    if (read.pending !== undefined) read.pending = undefined;
    else if (word.startsWith('-')) read.pending = valueOption(word, read.command);
    else if (read.command !== undefined) read.given.push(word);
    else {
      read.path.push(word);
      read.command = commands.find((one) => isNamed(one, read.path));
    }
  }
  return read;
}

const isNamed = (command: Command, path: readonly string[]): boolean => {
  const words = command.path.join(' ');
  const last = path.at(-1) ?? '';
  const start = path.slice(0, -1).join(' ');
  return words === path.join(' ') || (command.aliases.includes(last) && start === command.path.slice(0, -1).join(' '));
};

function valueOption(word: string, command: Command | undefined): string | undefined {
  if (word.includes('=')) return undefined;
  const found = Object.entries(command?.options ?? {}).find(
    ([name, option]) => word === `--${name}` || word === `-${option.short}`,
  );
  return found !== undefined && found[1].kind !== 'flag' ? found[0] : undefined;
}

function nextWords(path: readonly string[], typed: string, commands: readonly Command[]): Completion {
  const below = commands.filter((one) => path.every((word, index) => one.path[index] === word));
  const words = [...new Set(below.map((one) => one.path[path.length] ?? ''))].filter((word) => word.startsWith(typed));
  const candidates = words.map((word) => {
    const leaf = below.find((one) => one.path.length === path.length + 1 && one.path.at(-1) === word);
    return { value: word, about: leaf?.about ?? aboutGroup([...path, word]) };
  });
  return { candidates, files: false };
}

const globals = (typed: string): Completion => ({
  candidates: [...globalOptions, { name: 'help', about: 'Show help' }]
    .map((option) => ({ value: `--${option.name}`, about: option.about }))
    .filter((one) => one.value.startsWith(typed)),
  files: false,
});

function flagsOf(options: Options, typed: string): Completion {
  const own = Object.entries(options).map(([name, option]) => ({
    value: `--${name}`,
    about: optionLine(name, option)[1],
  }));
  return {
    candidates: [...own.filter((one) => one.value.startsWith(typed)), ...globals(typed).candidates],
    files: false,
  };
}

type Completable = { choices?: readonly string[]; names?: NameSource; kind?: string };

type Find = (source: Exclude<NameSource, 'files'>) => Promise<readonly string[]>;

async function completeValue(target: Completable | undefined, typed: string, find: Find): Promise<Completion> {
  if (target === undefined) return nothing;
  if (target.names === 'files') return { candidates: [], files: true };
  const words = target.choices ?? (target.names === undefined ? [] : await find(target.names));
  // In a list with commas what stands already is kept, and not offered again.
  const before = target.kind === 'list' ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
  const taken = new Set(before.split(','));
  const candidates = words
    .filter((word) => word.startsWith(typed.slice(before.length)) && !taken.has(word))
    .map((word) => ({ value: `${before}${word}`, about: '' }));
  return { candidates, files: false };
}

/** The answer as the shells' scripts read it: value, tab, description; then what the shell may add (0 files, 4 nothing). */
export const completionText = ({ candidates, files }: Completion): string =>
  [...candidates.map(({ value, about }) => `${value}\t${about}`), files ? ':0' : ':4', ''].join('\n');
