import type { Command, Options } from './command.ts';
import { notBuilt } from './not-built.ts';
import { aboutGroup, programName } from './words.ts';

/** Options of every command, as OC has them. */
export const globalOptions = [
  { name: 'force-local', flags: '--force-local', about: 'Ask the daemon on this host, whatever remote is selected' },
  { name: 'quiet', flags: '-q, --quiet', about: 'Show no progress; warnings are shown' },
  { name: 'debug', flags: '--debug', about: 'Show every request and answer' },
  { name: 'verbose', flags: '-v, --verbose', about: 'Show more of what happens' },
] as const;

type Line = readonly [left: string, right: string];

/** Help of one command, or of a word with commands below it. */
export function renderHelp(path: readonly string[], commands: readonly Command[]): string {
  const own = commands.find((command) => command.path.join(' ') === path.join(' '));
  return own === undefined ? groupHelp(path, commands) : commandHelp(own);
}

function groupHelp(path: readonly string[], commands: readonly Command[]): string {
  const below = commands.filter((command) => path.every((word, index) => command.path[index] === word));
  const words = [...new Set(below.map((command) => command.path[path.length] ?? ''))];
  const missing = notBuilt.flatMap((entry) => {
    const parts = entry.split(' ');
    return parts.length === path.length + 1 && path.every((word, i) => parts[i] === word) ? [parts.at(-1) ?? ''] : [];
  });
  return sections([
    [aboutGroup(path)],
    ['Usage:', `  ${[programName, ...path].join(' ')} <command>`],
    ['Commands:', ...columns(words.map((word) => [word, aboutWord([...path, word], below)]))],
    missing.length === 0 ? [] : [`Not built yet: ${missing.join(', ')}`],
    ['Options of every command:', ...columns(globalLines())],
    [`More about one: ${[programName, ...path].join(' ')} <command> --help`],
  ]);
}

const aboutWord = (path: readonly string[], commands: readonly Command[]): string =>
  commands.find((command) => command.path.join(' ') === path.join(' '))?.about ?? aboutGroup(path);

function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => optionLine(name, option));
  const args = Object.entries(command.args).map(([name, argument]): Line => [`<${name}>`, argument.about]);
  const also = command.aliases.length === 0 ? [] : [`Also: ${command.aliases.join(', ')}`];
  return sections([
    [`${command.about}.`],
    command.detail === '' ? [] : [command.detail],
    ['Usage:', `  ${usageLine(command)}`],
    also,
    args.length === 0 ? [] : ['Arguments:', ...columns(args)],
    options.length === 0 ? [] : ['Options:', ...columns(options)],
    command.examples.length === 0 ? [] : ['Examples:', ...command.examples.map((example) => `  ${example}`)],
    ['Options of every command:', ...columns(globalLines())],
  ]);
}

/** `operations-center provisioning token show <uuid> [options]`. */
export function usageLine(command: Command): string {
  const args = Object.entries(command.args).map(([name, argument]) => (argument.optional ? `[${name}]` : `<${name}>`));
  const options = Object.keys(command.options).length === 0 ? [] : ['[options]'];
  return [programName, ...command.path, ...args, ...options].join(' ');
}

/** Unless its own words name them. */
const toldChoices = ({ about, choices = [] }: Options[string]): string =>
  choices.some((choice) => about.includes(choice)) ? '' : choices.join(', ');

/** How an option is written, and what it says about itself. */
export function optionLine(name: string, option: Options[string]): Line {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  const value = option.kind === 'flag' ? '' : ` <${option.placeholder ?? 'value'}>`;
  const notes = [
    option.required ? 'required' : '',
    option.kind === 'list' ? 'with commas, or several times' : '',
    toldChoices(option),
    option.initialText === '' ? '' : `default ${option.initialText}`,
  ].filter((note) => note !== '');
  return [`${short}--${name}${value}`, notes.length === 0 ? option.about : `${option.about} (${notes.join('; ')})`];
}

const globalLines = (): Line[] => [
  ...globalOptions.map(
    (option): Line => [
      option.flags.startsWith('-q') || option.flags.startsWith('-v') ? option.flags : `    ${option.flags}`,
      option.about,
    ],
  ),
  ['-h, --help', 'Show this help'],
  ['    --version', 'Show the version'],
];

function columns(lines: readonly Line[]): string[] {
  const width = Math.max(...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

const sections = (parts: readonly (readonly string[])[]): string =>
  `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
