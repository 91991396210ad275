import { Argument, Command as CommanderCommand, CommanderError, Option as CommanderOption } from 'commander';
import type { Globals } from './call.ts';
import type { Command, Options } from './command.ts';
import { CliFailure, UsageFailure } from './failures/failure.ts';
import { explainUsage } from './failures/usage.ts';
import { globalOptions, renderHelp } from './help.ts';
import { notBuilt } from './not-built.ts';
import { programName } from './words.ts';

/** What the words on the command line ask for. */
export type Parsed =
  | { kind: 'help'; text: string }
  | {
      kind: 'command';
      command: Command;
      args: Record<string, string | undefined>;
      options: Record<string, unknown>;
      globals: Globals;
    };

/** Understands a command line. Throws a UsageFailure that says what is wrong and what was probably meant. */
export function parseWords(words: readonly string[], commands: readonly Command[]): Parsed {
  let parsed: Parsed | undefined;
  const root = makeNode(programName, commands, [], (result) => {
    parsed = result;
  });
  try {
    root.parse(joinFlagValues(words, commands), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (parsed === undefined || !error.code.startsWith('commander.help')) throw explainUsage(error, root);
  }
  return parsed ?? { kind: 'help', text: renderHelp([], commands) };
}

type Report = (parsed: Parsed) => void;

function makeNode(
  name: string,
  commands: readonly Command[],
  path: readonly string[],
  report: Report,
): CommanderCommand {
  const node = plainNode(name);
  if (path.length === 0) for (const option of globalOptions) node.option(option.flags, option.about);
  reportHelp(node, path, commands, report);
  const below = commands.filter((command) => startsWith(command.path, path));
  for (const word of new Set(below.map((command) => command.path[path.length] ?? ''))) {
    const leaf = below.find((command) => command.path.length === path.length + 1 && command.path[path.length] === word);
    node.addCommand(leaf === undefined ? makeNode(word, commands, [...path, word], report) : makeLeaf(leaf, report));
  }
  for (const entry of notBuilt) {
    const missing = entry.split(' ');
    if (missing.length === path.length + 1 && startsWith(missing, path)) {
      node.addCommand(makeMissing(missing), { hidden: true });
    }
  }
  return node;
}

/** Help is a value like any other answer; commander only tells whose it is. */
function reportHelp(node: CommanderCommand, path: readonly string[], commands: readonly Command[], report: Report) {
  node.helpInformation = () => {
    report({ kind: 'help', text: renderHelp(path, commands) });
    return '';
  };
}

const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  path.length > start.length && start.every((word, index) => path[index] === word);

function plainNode(name: string): CommanderCommand {
  return new CommanderCommand(name)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} })
    .helpOption('-h, --help', 'Show help')
    .helpCommand(false)
    .showSuggestionAfterError(true);
}

function makeLeaf(command: Command, report: Report): CommanderCommand {
  const node = plainNode(command.path.at(-1) ?? '').aliases([...command.aliases]);
  for (const [name, argument] of Object.entries(command.args)) {
    const mayMiss = argument.optional || argument.unless !== undefined;
    node.addArgument(new Argument(mayMiss ? `[${name}]` : `<${name}>`, argument.about));
  }
  for (const [name, option] of Object.entries(command.options)) {
    node.addOption(makeOption(name, option));
    if (option.initial === true) node.addOption(new CommanderOption(`--no-${name}`, option.about).hideHelp());
  }
  reportHelp(node, command.path, [command], report);
  node.action((...received: unknown[]) => {
    const names = Object.keys(command.args);
    for (const [index, { unless }] of Object.values(command.args).entries()) {
      if (unless === undefined || received[index] !== undefined || isGiven(node, unless)) continue;
      const help = `Its help: ${programName} ${command.path.join(' ')} --help.`;
      throw new UsageFailure(`<${names[index]}> is missing`, help, 'argument_missing');
    }
    report({
      kind: 'command',
      command,
      args: Object.fromEntries(names.map((name, index) => [name, received[index] as string | undefined])), // commander gives texts
      options: readOptions(command, node),
      globals: readGlobals(node),
    });
  });
  return node;
}

function makeMissing(path: readonly string[]): CommanderCommand {
  const words = path.join(' ');
  return plainNode(path.at(-1) ?? '')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(() => {
      throw new CliFailure({
        what: `"${words}" is not built yet`,
        why: 'FuturFusion Operations Center 0.8.1 has this command; this release does not.',
        fix: `What there is: ${programName} ${path.slice(0, -1).concat('--help').join(' ')}.`,
        code: 'not_built',
      });
    });
}

/** Commander would take `--no-filter` for the opposite of `--filter`. */
function asWritten(flags: string, about?: string): CommanderOption {
  const made = new CommanderOption(flags, about);
  made.negate = false;
  return made;
}

function makeOption(name: string, option: Options[string]): CommanderOption {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  const value = option.kind === 'flag' ? '' : ` <${option.placeholder ?? 'value'}>`;
  const made = asWritten(`${short}--${name}${value}`, option.about);
  // Kept as typed here; `read` runs afterwards so that its errors can name the option.
  return option.kind === 'flag'
    ? made
    : made.argParser((typed, before: string[] | undefined) => [...(before ?? []), typed]);
}

function readOptions(command: Command, node: CommanderCommand): Record<string, unknown> {
  const entries = Object.entries(command.options).map(([name, option]) => {
    const typed = typedValue(node, name);
    if (typed === undefined) {
      if (option.required && !(option.unless !== undefined && isGiven(node, option.unless)))
        throw new UsageFailure(`--${name} is missing`, `It says: ${option.about}.`, 'option_missing');
      return [name, option.initial];
    }
    return [name, readTyped(name, option, Array.isArray(typed) ? typed.map(String) : [JSON.stringify(typed)])];
  });
  return Object.fromEntries(entries);
}

const typedValue = (node: CommanderCommand, name: string): unknown =>
  node.getOptionValue(asWritten(`--${name}`).attributeName());
const isGiven = (node: CommanderCommand, name: string): boolean => typedValue(node, name) !== undefined;

function readTyped(name: string, option: Options[string], typed: readonly string[]): unknown {
  try {
    const used = option.kind === 'list' ? typed : typed.slice(-1);
    return used.reduce<unknown>((before, text) => option.read(text, before), option.initial);
  } catch (error) {
    if (!(error instanceof UsageFailure)) throw error;
    throw new UsageFailure(`--${name}: ${error.parts.what}`, error.parts.fix, 'option_invalid');
  }
}

function readGlobals(node: CommanderCommand): Globals {
  const all = node.optsWithGlobals<Record<string, unknown>>();
  const on = (name: string) => all[name] === true;
  return { forceLocal: on('forceLocal'), quiet: on('quiet'), debug: on('debug'), verbose: on('verbose') };
}

/** `--force=false`, as Go's flags allow it: a switch that is off is left out. Commander knows switches without values only. */
function joinFlagValues(words: readonly string[], commands: readonly Command[]): string[] {
  const flags = new Set<string>(globalOptions.map((option) => option.name));
  const onByNature = new Set<string>();
  for (const [name, option] of commands.flatMap((command) => Object.entries(command.options))) {
    if (option.kind === 'flag') flags.add(name);
    if (option.initial === true) onByNature.add(name);
  }
  return words.flatMap((word) => {
    const [, name, value] = /^--([\w-]+)=(.*)$/.exec(word) ?? [];
    if (name === undefined || value === undefined || !flags.has(name)) return [word];
    if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return [`--${name}`];
    if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value)) return onByNature.has(name) ? [`--no-${name}`] : [];
    throw new UsageFailure(`--${name}: "${value}" is neither true nor false`, 'Write true or false.', 'option_invalid');
  });
}
