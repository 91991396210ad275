import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { globalOptions, optionLine, usageLine } from './help.ts';
import { notBuilt } from './not-built.ts';
import { programName } from './words.ts';

/** The page docs/generated/cli.md: every command, from the same values that help is made from. */
export function cliReference(): string {
  const head = [
    '# Command line',
    `\`${programName}\` asks the daemon behind the unix socket of this host, or the remote that was selected.`,
    'Options of every command:',
    globalOptions.map((option) => `- \`${option.flags}\`: ${option.about}`).join('\n'),
    `Not built yet, and said so: ${notBuilt.map((words) => `\`${words}\``).join(', ')}.`,
  ];
  return `${[...head, ...commands.map(commandSection)].join('\n\n')}\n`;
}

function commandSection(command: Command): string {
  const args = Object.entries(command.args).map(([name, argument]) => `- \`<${name}>\`: ${argument.about}`);
  const options = Object.entries(command.options).map(([name, option]) => {
    const [written, about] = optionLine(name, option);
    return `- \`${written.trim()}\`: ${about}`;
  });
  const parts = [
    `## ${command.path.join(' ')}`,
    `${command.about}.`,
    command.detail,
    `\`\`\`\n${usageLine(command)}\n\`\`\``,
    command.aliases.length === 0 ? '' : `Also: ${command.aliases.join(', ')}`,
    [...args, ...options].join('\n'),
    command.examples.length === 0 ? '' : `\`\`\`\n${command.examples.join('\n')}\n\`\`\``,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
