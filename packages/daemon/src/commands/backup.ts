import { parseArgs } from 'node:util';
import { backUpState } from '../platform/backup/back-up-state.ts';
import { shownUrl } from '../platform/daemon-configuration.ts';
import { findConfiguredState } from './configured-state.ts';
import { describeFiles } from './describe-files.ts';
import { oneFile } from './one-file.ts';

export async function backup(words: string[]): Promise<number> {
  const options = { 'exclude-keys': { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const file = oneFile('backup', positionals);
  const { state, configuration, givenKeys } = findConfiguredState();
  if (configuration.database !== undefined) {
    throw new Error(
      `the database is ${shownUrl(configuration.database.url)}: back it up with pg_dump, and the keys with ` +
        `operations-centerd bundle FILE; keep ${state.configuration} beside them`,
    );
  }
  const withKeys = values['exclude-keys'] !== true;
  const hasGivenKey = givenKeys.length > 0;
  const { manifest, bytes } = await backUpState({ state, file, withKeys, hasGivenKey, nowMs: Date.now() });
  const hasSealingKey = manifest.files.some(({ path }) => path === 'sealing.key');
  process.stdout.write(
    `${file}: ${bytes} bytes, read back and whole\n${describeFiles(manifest)}` +
      'Not in it: inventory.db, which the next scan fills again.\n' +
      (withKeys && !hasSealingKey
        ? `The sealing key is not in it: keep what ${givenKeys[0]?.source} holds, or nothing can be opened.\n`
        : '') +
      (withKeys
        ? 'It holds the keys that all servers trust: keep it as safe as this host.\n'
        : 'It holds no keys. Without client.crt, client.key, server.crt, server.key and sealing.key it cannot be used.\n'),
  );
  return 0;
}
