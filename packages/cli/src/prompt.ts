import { createInterface } from 'node:readline/promises';
import type { Terminal } from './call.ts';

/** Asks one line on stderr. The end of input and Ctrl-C are no answer: undefined. */
export async function askLine(terminal: Terminal, question: string): Promise<string | undefined> {
  const reader = createInterface({ input: terminal.stdin, output: terminal.stderr });
  const ended = new Promise<undefined>((resolve) => {
    reader.once('close', () => resolve(undefined));
    reader.once('SIGINT', () => {
      terminal.stderr.write('\n');
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([reader.question(question), ended]);
  } finally {
    reader.close();
  }
}

/** Everything up to the end of a stream, at most 4 MiB. */
export async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.length > 4 * 1024 * 1024) throw new Error('more than 4 MiB on stdin');
  }
  return text;
}
