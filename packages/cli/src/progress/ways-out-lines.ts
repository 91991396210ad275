import type { Operation } from '@operations-center/contract';

/** A line for each way out: the command, and what it would do now. */
export function wayOutLines({ id, metadata: { exits, ways_out } }: Operation): string[] {
  const commands = exits.map((exit) => `operations-center operation ${exit} ${id}`);
  const width = Math.max(0, ...commands.map((command) => command.length));
  return exits.map((exit, at) => {
    // A daemon of the release before knows exits without their sentences.
    const does = ways_out?.find((way) => way.exit === exit)?.does ?? '';
    return `${(commands[at] ?? '').padEnd(width)}   ${does}`.trimEnd();
  });
}
