import type { Call } from '../call.ts';

/** `none`: "There is no token"; `from`: where the first one comes from. */
export type WhenEmpty = { none: string; from: string };

type Spec = { whenEmpty?: WhenEmpty | undefined; options: Readonly<Record<string, { initial: unknown }>> };

/** Options that do not choose what is listed. */
const showsOnly = new Set(['format', 'columns', 'limit']);

/** A table without rows leaves open whether that is right; to a program that reads JSON or YAML, `[]` says all. */
export function tellEmpty({ whenEmpty, options }: Spec, call: Call<unknown, Record<string, unknown>>): void {
  const format = call.options['format'] as { kind?: string } | undefined; // of a list, as `listFormat` reads it
  if (whenEmpty === undefined || call.globals.quiet || ['json', 'yaml'].includes(format?.kind ?? '')) return;
  const { none, from } = whenEmpty;
  const isNarrowed = Object.entries(options).some(
    ([name, { initial }]) => !showsOnly.has(name) && String(call.options[name]) !== String(initial),
  );
  call.terminal.stderr.write(isNarrowed ? `${none} that matches.\n` : `${none}. ${from}\n`);
}
