import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { requireSameKeys } from '../domains/settings/identity.service.ts';
import { openShared } from '../open-databases.ts';
import { keyFiles, unpackBundle, writeKeys } from '../platform/bundle.ts';
import { type DaemonConfiguration, parseDaemonConfiguration } from '../platform/daemon-configuration.ts';
import { writePrivateFile } from '../platform/keys/private-file.ts';
import { makeLog } from '../platform/log.ts';
import { readNamedFile } from '../platform/named-file.ts';
import { prepareStateDirectory, type StateDirectory } from '../platform/state-directory.ts';
import { lockState } from '../platform/state-lock.ts';
import { UsageError } from '../usage-error.ts';
import { readPassphrase } from './bundle.ts';
import { findConfiguredState } from './configured-state.ts';

const bundleFile = { what: 'the bundle', fix: 'Make it where a daemon runs already: operations-centerd bundle FILE.' };

/** Prepares this state directory for a further daemon on a shared database. Nothing is written unless all of it fits. */
export async function join(words: string[]): Promise<number> {
  const options = { from: { type: 'string' }, 'passphrase-file': { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0 || values.from === undefined)
    throw new UsageError('join takes the URL of a PostgreSQL, and --from BUNDLE');
  const { state, configuration, givenKeys } = findConfiguredState();
  const text = `database:\n  url: ${JSON.stringify(url)}\n`;
  const { database } = parseDaemonConfiguration(text, 'URL');
  if (database === undefined) throw new UsageError('join takes the URL of a PostgreSQL');
  const keys = unpackBundle(readNamedFile(values.from, bundleFile), readPassphrase(values['passphrase-file']));
  prepareStateDirectory(state);
  const lock = lockState(state);
  try {
    requireEmpty(state, configuration);
    const { main, shown } = await openShared(database, 'the URL', makeLog('ERROR'));
    try {
      await requireSameKeys(main, keys, shown);
    } finally {
      await main.close();
    }
    writeKeys(state, keys, givenKeys);
    writePrivateFile(state.configuration, text);
    process.stdout.write(`${state.path} has joined ${shown}: start operations-centerd\n`);
    return 0;
  } finally {
    lock.release();
  }
}

function requireEmpty(state: StateDirectory, configuration: DaemonConfiguration): void {
  const found = [...keyFiles.map((name) => state[name]), state.database].find((path) => existsSync(path));
  const other = configuration.database === undefined ? undefined : configuration.path;
  const taken = found ?? other;
  if (taken !== undefined)
    throw new Error(
      `${taken} is there: join makes a new daemon, in an empty directory. Choose another OPERATIONS_CENTER_DIR.`,
    );
}
