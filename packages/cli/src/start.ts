import type { Terminal } from './call.ts';
import { commands } from './commands.ts';
import { runProgram } from './program.ts';

/** The process around one command line: streams, signals, exit code. */
export async function startProgram(words: readonly string[]): Promise<void> {
  // A reader that goes away (`| head`) is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  const terminal: Terminal = {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    onInterrupt: (interrupted) => {
      process.on('SIGINT', interrupted);
      return () => process.off('SIGINT', interrupted);
    },
  };
  process.exitCode = await runProgram(words, terminal, commands);
}
