import type { Argument } from '../../../command.ts';
import { UsageFailure } from '../../../failures/failure.ts';

/** `[SERVER:]`, as OC writes it. OC would go on without one with a remote it chose by itself; here it must be said. */
export const serverArgument: Argument = {
  about: 'The server: its name and a colon',
  optional: true,
  names: 'servers-os',
};

/** `SERVER:NAME`, of something on that server. */
export const thingArgument = (thing: string) =>
  ({
    about: `The server, a colon, and the ${thing}`,
    optional: false,
    names: 'servers-os',
  }) as const satisfies Argument;

export type OsTarget = { server: string; name: string };

/** Names of servers hold no colon. Where only a server can be meant, the colon may be left out. */
export function readServer(typed: string | undefined, words: readonly string[]): string {
  const [server, name] = split(typed ?? '');
  if (server !== '' && name === '') return server;
  if (name !== '') throw new UsageFailure(`"${typed}" is more than a server`, example(words, `${server}:`));
  throw new UsageFailure('which server is meant?', example(words, 'server1:'), 'server_missing');
}

export function readThing(typed: string, thing: string, words: readonly string[]): OsTarget {
  const [server, name] = split(typed);
  if (typed.includes(':') && server !== '' && name !== '') return { server, name };
  // One word alone is a server as often as a thing on one: both must be said.
  const meant = `${server === '' ? 'server1' : server}:${samples[thing] ?? 'NAME'}`;
  throw new UsageFailure(
    `"${typed}" names no ${thing} of a server`,
    example(words, meant),
    server === '' || !typed.includes(':') ? 'server_missing' : 'usage',
  );
}

/** What most servers have, for examples. */
const samples: Readonly<Record<string, string>> = { service: 'lvm', application: 'incus' };

const split = (typed: string): [string, string] => {
  const at = typed.indexOf(':');
  return at === -1 ? [typed, ''] : [typed.slice(0, at), typed.slice(at + 1)];
};

const example = (words: readonly string[], target: string): string =>
  `Write it like this: operations-center ${words.join(' ')} ${target}`;
