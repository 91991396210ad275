import { defineCommand } from '../command.ts';
import { UsageFailure } from '../failures/failure.ts';
import { required } from '../options.ts';
import { programName } from '../words.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export const completion = defineCommand({
  path: ['completion'],
  about: 'Print the script that makes a shell complete our words and names',
  examples: [
    'source <(operations-center completion bash)',
    'operations-center completion zsh > ~/.zfunc/_operations-center',
    'operations-center completion fish > ~/.config/fish/completions/operations-center.fish',
  ],
  args: { shell: required('bash, zsh or fish', { choices: shells }) },
  options: {},
  run: async ({ args }) => {
    const shell = shells.find((one) => one === args.shell);
    if (shell === undefined)
      throw new UsageFailure(`there is no completion for "${args.shell}"`, 'One of: bash, zsh, fish.');
    const { script } = await import('@bomb.sh/tab');
    const text = capture(() => script(shell, programName, programName));
    // Without this, bash would offer no files where our answer lets it.
    return text.replace(/^complete -F /m, 'complete -o default -F ');
  },
  show: (text) => text,
});

/** The library prints; what it prints is our answer. */
function capture(print: () => void): string {
  const lines: string[] = [];
  const log = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    print();
  } finally {
    console.log = log;
  }
  return `${lines.join('\n')}\n`;
}
