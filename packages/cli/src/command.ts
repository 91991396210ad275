import type { Call } from './call.ts';
import { tellEmpty, type WhenEmpty } from './output/empty-list.ts';

/** What can be completed by asking the daemon. */
export type NameSource =
  | 'servers'
  /** Servers with a colon behind: `SERVER:`. */
  | 'servers-os'
  | 'clusters'
  /** Of the cluster that was typed before. */
  | 'artifacts'
  /** Of the artifact that was typed before. */
  | 'artifact-files'
  | 'cluster-templates'
  | 'tokens'
  | 'channels'
  | 'operations'
  | 'plans'
  | 'remotes'
  | 'warnings'
  | 'files';

export type Argument = {
  about: string;
  optional: boolean;
  /** The long name of an option that stands in its place. */
  unless?: string;
  /** Fixed words it takes. */
  choices?: readonly string[];
  names?: NameSource;
};

/** `read` turns what was typed into a value, or throws a UsageFailure that says what is expected. */
export type Option<Value> = {
  about: string;
  kind: 'flag' | 'value' | 'list';
  short?: string;
  /** The word that stands for the value in help. */
  placeholder?: string;
  initial: Value;
  /** As help shows the initial value; empty: not shown. */
  initialText: string;
  read: (text: string, before: Value) => Value;
  required: boolean;
  /** The long name of another option that stands in the place of a required one. */
  unless?: string;
  choices?: readonly string[];
  names?: NameSource;
};

// Options of all value types live in one map, and only their own `read` and `initial` meet.
// oxlint-disable-next-line typescript/no-explicit-any
export type Options = Record<string, Option<any>>;
export type Arguments = Record<string, Argument>;

export type ArgumentValues<Args extends Arguments> = {
  [Name in keyof Args]: Args[Name]['optional'] extends true
    ? string | undefined
    : Args[Name] extends { unless: string }
      ? string | undefined
      : string;
};
export type OptionValues<Opts extends Options> = {
  [Name in keyof Opts]: Opts[Name] extends Option<infer Value> ? Value : never;
};

/** A command is a value: its words, its help, what it does (`run`) and how that is told (`show`). */
export type CommandSpec<Args extends Arguments, Opts extends Options, Value> = {
  path: readonly string[];
  aliases?: readonly string[];
  about: string;
  /** More than one line, for help only. */
  detail?: string;
  examples: readonly string[];
  /** In the order in which they are typed. */
  args: Args;
  /** By long name without dashes. */
  options: Opts;
  run: (call: Call<ArgumentValues<Args>, OptionValues<Opts>>) => Promise<Value>;
  /** Of a list: what is said on stderr when it is empty. */
  whenEmpty?: WhenEmpty;
  /** The text for stdout, with its last newline; '' prints nothing. */
  show: (value: Value, call: Call<ArgumentValues<Args>, OptionValues<Opts>>) => string | Promise<string>;
};

/** A command as the program sees it, its types forgotten. */
export type Command = {
  path: readonly string[];
  aliases: readonly string[];
  about: string;
  detail: string;
  examples: readonly string[];
  args: Arguments;
  options: Options;
  whenEmpty: WhenEmpty | undefined;
  /** Does it and returns the text for stdout. */
  execute: (call: Call<Record<string, string | undefined>, Record<string, unknown>>) => Promise<string>;
};

export function defineCommand<const Args extends Arguments, const Opts extends Options, Value>(
  spec: CommandSpec<Args, Opts, Value>,
): Command {
  return {
    path: spec.path,
    aliases: spec.aliases ?? [],
    about: spec.about,
    detail: spec.detail ?? '',
    examples: spec.examples,
    args: spec.args,
    options: spec.options,
    whenEmpty: spec.whenEmpty,
    execute: async (untyped) => {
      // parse.ts filled args and options from these very specs.
      const call = untyped as unknown as Call<ArgumentValues<Args>, OptionValues<Opts>>;
      const value = await spec.run(call);
      const text = await spec.show(value, call);
      if (Array.isArray(value) && value.length === 0) tellEmpty(spec, untyped);
      return text;
    },
  };
}

/** For commands whose success prints nothing. */
export const showNothing = (): string => '';
