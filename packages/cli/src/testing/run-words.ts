import { PassThrough, Readable } from 'node:stream';
import type { Terminal } from '../call.ts';
import { commands } from '../commands.ts';
import { runProgram } from '../program.ts';

export type Ran = { code: number; stdout: string; stderr: string };

/** Runs one command line in this process, with streams that are no terminal unless told otherwise; a person answers with stdin. */
export async function runWords(
  words: readonly string[],
  given: {
    env?: Record<string, string>;
    stdin?: string;
    columns?: number;
    person?: boolean;
    onInterrupt?: Terminal['onInterrupt'];
  } = {},
): Promise<Ran> {
  const out = collect(given.columns);
  const err = collect(given.columns);
  const terminal: Terminal = {
    env: given.env ?? {},
    stdin: Object.assign(Readable.from([given.stdin ?? '']), given.person === true ? { isTTY: true } : {}),
    stdout: out.stream,
    stderr: err.stream,
    onInterrupt: given.onInterrupt ?? (() => () => {}),
  };
  const code = await runProgram(words, terminal, commands);
  return { code, stdout: out.text(), stderr: err.text() };
}

export function collect(columns?: number) {
  const stream = new PassThrough();
  const chunks: string[] = [];
  stream.on('data', (chunk) => chunks.push(String(chunk)));
  const facts = columns === undefined ? {} : { isTTY: true, columns, rows: 40 };
  return { stream: Object.assign(stream, facts), text: () => chunks.join('') };
}
