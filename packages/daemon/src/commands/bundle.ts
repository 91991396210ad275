import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packBundle, readKeys } from '../platform/bundle.ts';
import { findConfiguredState } from './configured-state.ts';

export const bundleUsage = 'bundle FILE [--passphrase-file FILE]';

/** Packs the keys of this daemon, for a second one that is to work on the same database. */
export async function bundle(words: string[]): Promise<number> {
  const options = { 'passphrase-file': { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error(`usage: operations-centerd ${bundleUsage}`);
  const { state, givenKeys } = findConfiguredState();
  const passphrase = readPassphrase(values['passphrase-file']);
  const path = resolve(file);
  writeFileSync(path, packBundle(readKeys(state, givenKeys), passphrase), { mode: 0o600, flag: 'wx' });
  process.stdout.write(`${path}\n`);
  const warning = passphrase === undefined ? 'It holds the keys that all servers trust, not sealed' : 'It is sealed';
  process.stderr.write(`${warning}. Remove it when the other daemon has joined.\n`);
  return 0;
}

/** The first line of a file: on the command line everybody on this machine could read it. */
export function readPassphrase(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const [line = ''] = readFileSync(path, 'utf8').split('\n');
  if (line.length < 8) throw new Error(`the first line of ${path} is the passphrase: use 8 characters or more`);
  return line;
}
