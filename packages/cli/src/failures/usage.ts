import type { Command as CommanderCommand, CommanderError } from 'commander';
import { UsageFailure } from './failure.ts';

/** Commander's complaint in our words; the node that complains is found by its words. */
export function explainUsage(error: CommanderError, root: CommanderCommand): Error {
  const [message = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n');
  const meant = /Did you mean (?:one of )?(.*)\?/.exec(suggestion)?.[1];
  const fix = meant === undefined ? undefined : `Did you mean ${meant}?`;
  const quoted = /'([^']*)'/.exec(message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownCommand':
      return new UsageFailure(`there is no command "${quoted}" here`, fix ?? helpHint(), 'unknown_command');
    case 'commander.unknownOption':
      return new UsageFailure(`there is no option ${quoted} here`, fix ?? helpHint(), 'unknown_option');
    case 'commander.missingArgument':
      return new UsageFailure(`<${quoted}> is missing`, helpHint(), 'argument_missing');
    case 'commander.excessArguments':
      return new UsageFailure('there are more words than the command takes', helpHint(), 'argument_unexpected');
    case 'commander.optionMissingArgument':
      return new UsageFailure(`the option ${quoted.split(' <')[0]} needs a value`, helpHint(), 'option_invalid');
    default:
      return new UsageFailure(message, helpHint());
  }
  function helpHint(): string {
    return `Its help: ${[...wordsOf(root), '--help'].join(' ')}.`;
  }
}

/** As far as the words were understood. */
function wordsOf(root: CommanderCommand): string[] {
  const words = [root.name()];
  let node = root;
  for (const word of root.args) {
    const next = node.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) break;
    words.push(next.name());
    node = next;
  }
  return words;
}
