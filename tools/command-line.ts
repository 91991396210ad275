import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/**
 * The words behind `npm run TOOL --`. `--help` prints how it is used; what it does not know is refused. Either way the tool
 * has not begun: some of them work for hours.
 */
export function readCommandLine<const Given extends Options>(usage: string, options: Given, takesWords = false) {
  try {
    const read = parseArgs({
      options: { ...options, help: { type: 'boolean', short: 'h' } } as const,
      allowPositionals: true,
    });
    const [word] = takesWords ? [] : read.positionals;
    if (word !== undefined) refuseWords(`Unexpected word '${word}'`, usage);
    if (!('help' in read.values) || read.values.help !== true) return read;
  } catch (error) {
    refuseWords(error instanceof Error ? (error.message.split('. To specify')[0] ?? '') : String(error), usage);
  }
  process.stdout.write(`${usage.trim()}\n`);
  process.exit(0);
}

/** Ends the tool: what is wrong with its words, and how it is used. */
export function refuseWords(what: string, usage: string): never {
  process.stderr.write(`${what}\n\n${usage.trim()}\n`);
  process.exit(1);
}
