import { makeApi } from './api.ts';
import type { Call, Globals, Terminal } from './call.ts';
import type { Command } from './command.ts';
import { completeWords, completionText } from './completion.ts';
import { findPlaces } from './configuration/places.ts';
import { openConnection } from './connection.ts';
import { AnswersNo, CliFailure, Interrupted, LeftRunning, renderFailure } from './failures/failure.ts';
import { makeFindNames } from './live-names.ts';
import { printable } from './output/printable.ts';
import { parseWords } from './parse.ts';

/** Runs one command line and returns the exit code. Text goes to the terminal's streams, nothing anywhere else. */
export async function runProgram(
  words: readonly string[],
  terminal: Terminal,
  commands: readonly Command[],
): Promise<number> {
  try {
    // How the scripts of `completion` ask back.
    if (words[0] === 'complete' && words[1] === '--') {
      await writeAll(terminal.stdout, await answerCompletion(words.slice(2), terminal, commands));
      return 0;
    }
    const parsed = parseWords(words, commands);
    const text =
      parsed.kind === 'help'
        ? parsed.text
        : await parsed.command.execute(makeCall(parsed.args, parsed.options, parsed.globals, terminal));
    if (text !== '') await writeAll(terminal.stdout, printable(text), parsed.kind !== 'help');
    return 0;
  } catch (error) {
    if (error instanceof AnswersNo) await writeAll(terminal.stdout, printable(error.text));
    else if (error instanceof LeftRunning || error instanceof Interrupted) terminal.stderr.write(`${error.message}\n`);
    else if (!(error instanceof CliFailure)) throw error;
    else terminal.stderr.write(renderFailure(error.parts));
    return error instanceof Interrupted ? interruptedCode : 1;
  }
}

/** As shells tell a command that Ctrl-C ended. */
const interruptedCode = 130;

async function answerCompletion(words: readonly string[], terminal: Terminal, commands: readonly Command[]) {
  const quiet = { forceLocal: words.includes('--force-local'), quiet: true, debug: false, verbose: false };
  const { api, places } = makeCall({}, {}, quiet, terminal);
  return completionText(await completeWords(words, commands, makeFindNames(api, places)));
}

function makeCall(
  args: Record<string, string | undefined>,
  options: Record<string, unknown>,
  globals: Globals,
  terminal: Terminal,
): Call<Record<string, string | undefined>, Record<string, unknown>> {
  const places = findPlaces(terminal.env);
  const warn = (text: string) => terminal.stderr.write(printable(`Warning: ${text}\n`));
  const log = globals.debug ? (text: string) => terminal.stderr.write(printable(`${text}\n`)) : undefined;
  const api = makeApi(() => openConnection({ places, forceLocal: globals.forceLocal, warn }), log);
  return { args, options, globals, terminal, places, api };
}

/** Waits until a slow reader has taken it: process.exit would cut a pipe short. Throws a CliFailure if it cannot be taken. */
const writeAll = (stream: NodeJS.WritableStream, text: string, isAnswer = true): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(outputFailure(error, isAnswer));
    stream.once('error', fail);
    stream.write(text, (error) => {
      // After a failed write the stream tells it once more.
      if (error !== null && error !== undefined) return fail(error);
      stream.off('error', fail);
      resolve();
    });
  });

const outputFailure = (error: Error, isAnswer: boolean): CliFailure =>
  new CliFailure(
    {
      what: `the result could not be written: ${error.message}`,
      ...(isAnswer ? { why: 'What was asked for is done; only what it prints is lost.' } : {}),
      fix: 'Make room, or write it elsewhere, and ask again.',
      code: 'output_failed',
    },
    error,
  );
