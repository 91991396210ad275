import type { Api } from './api.ts';
import type { Places } from './configuration/places.ts';

/** The streams and settings a command talks to; tests give their own. */
export type Terminal = {
  env: Readonly<Record<string, string | undefined>>;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** Calls back at each Ctrl-C until the returned function is called. */
  onInterrupt: (interrupted: () => void) => () => void;
};

export type Globals = { forceLocal: boolean; quiet: boolean; debug: boolean; verbose: boolean };

/** One call of one command. */
export type Call<Args, Options> = {
  args: Args;
  options: Options;
  globals: Globals;
  terminal: Terminal;
  places: Places;
  /** Connects when first asked. */
  api: Api;
};

/** Prompts appear only where somebody can read and answer them. */
export const isInteractive = (terminal: Terminal): boolean =>
  terminal.stdin.isTTY === true && terminal.stdout.isTTY === true;

/** A terminal that does not know its size, as some over serial lines and in containers, says 0. */
export const drawnColumns = ({ columns }: Terminal['stderr']): number => (columns ?? 0) || 80;

/** Width of stdout if it is a terminal; otherwise nothing is ever cut. */
export const terminalWidth = (terminal: Terminal): number | undefined =>
  terminal.stdout.isTTY === true && (terminal.stdout.columns ?? 0) > 0 ? terminal.stdout.columns : undefined;
