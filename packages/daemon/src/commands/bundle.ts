import { parseArgs } from 'node:util';
import { packBundle, readKeys } from '../platform/bundle.ts';
import { readNamedFile, writeNamedFile } from '../platform/named-file.ts';
import { findConfiguredState } from './configured-state.ts';
import { oneFile } from './one-file.ts';

/** Packs the keys of this daemon, for a second one that is to work on the same database. */
export async function bundle(words: string[]): Promise<number> {
  const options = { 'passphrase-file': { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const path = oneFile('bundle', positionals);
  const { state, givenKeys } = findConfiguredState();
  const passphrase = readPassphrase(values['passphrase-file']);
  writeNamedFile(path, packBundle(readKeys(state, givenKeys), passphrase), {
    what: 'the bundle',
    fix: 'Name a new file in a folder that this user may write.',
  });
  process.stdout.write(`${path}\n`);
  const warning = passphrase === undefined ? 'It holds the keys that all servers trust, not sealed' : 'It is sealed';
  process.stderr.write(`${warning}. Remove it when the other daemon has joined.\n`);
  return 0;
}

/** The first line of a file: on the command line everybody on this machine could read it. */
export function readPassphrase(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const [line = ''] = readNamedFile(path, {
    what: 'the passphrase',
    fix: 'Write it into the first line of a file.',
  }).split('\n');
  if (line.length < 8) throw new Error(`the first line of ${path} is the passphrase: use 8 characters or more`);
  return line;
}
