import { printable } from '../output/printable.ts';

/** What went wrong, for a person, in the order in which it is told: found, what, where, why, what to do. */
export type FailureParts = {
  /** What checks found: several lines before all others, so that the failure itself stands last on the screen. */
  found?: string;
  /** One line without a full stop. */
  what: string;
  /** An excerpt of a file, or lines that show the place. */
  where?: string;
  why?: string;
  /** Empty only where another program refused and did not say. */
  fix: string;
  /** To search for; stands at the end. */
  code: string;
};

/** Ends the command with exit code 1 and this text on stderr. */
export class CliFailure extends Error {
  readonly parts: FailureParts;
  constructor(parts: FailureParts, cause?: unknown) {
    super(parts.what, { cause });
    this.name = 'CliFailure';
    this.parts = parts;
  }
}

/** The command line itself cannot be understood. */
export class UsageFailure extends CliFailure {
  constructor(what: string, fix: string, code = 'usage') {
    super({ what, fix, code });
    this.name = 'UsageFailure';
  }
}

/** A person left before the end. Not an error, but the command did not reach its goal: exit code 1 and one line. */
export class LeftRunning extends Error {}

/** Ctrl-C before there was anything to leave running: one line, and the exit code that shells give it. */
export class Interrupted extends Error {}

/** The command did what it should, and its answer is no: the text goes to stdout, the exit code is 1. */
export class AnswersNo extends Error {
  readonly text: string;
  constructor(text: string) {
    super('the answer is no');
    this.name = 'AnswersNo';
    this.text = text;
  }
}

const codeColumn = 72;

export function renderFailure(parts: FailureParts): string {
  const blocks = [`Error: ${parts.what}`];
  if (parts.found !== undefined) blocks.unshift(parts.found, '');
  if (parts.where !== undefined) blocks.push('', parts.where, '');
  if (parts.why !== undefined) blocks.push(parts.why);
  if (parts.fix !== '') blocks.push(parts.fix);
  const lines = blocks.join('\n').split('\n');
  const last = lines.at(-1) ?? '';
  lines[lines.length - 1] = `${last.padEnd(codeColumn - 2)}  (${parts.code})`;
  return printable(`${lines.map((line) => line.trimEnd()).join('\n')}\n`);
}
