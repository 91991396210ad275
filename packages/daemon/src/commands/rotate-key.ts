import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compactSqlite } from '@operations-center/database';
import { killPointFromEnvironment } from '@operations-center/workflow';
import { checkValueOf, loadKnownIdentity, shortCheckValue } from '../domains/settings/identity.service.ts';
import { openDatabases } from '../open-databases.ts';
import { loadDaemonId } from '../platform/daemon-id.ts';
import { parseSealingKey, takeNextKey, writeNextKey } from '../platform/keys/sealing-key.ts';
import { makeLog } from '../platform/log.ts';
import { readNamedFile } from '../platform/named-file.ts';
import { prepareStateDirectory } from '../platform/state-directory.ts';
import { lockState } from '../platform/state-lock.ts';
import { UsageError } from '../usage-error.ts';
import { type ConfiguredState, findConfiguredState } from './configured-state.ts';
import { type Rotation, refuseLiving, rotateDatabase } from './rotate-database.ts';

/** Seals everything anew with another key. Cut off at any moment, the old key fits or the new one, and both are there. */
export async function rotateKey(words: string[]): Promise<number> {
  const options = { 'new-key-file': { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  if (positionals.length > 0) throw new UsageError(`rotate-key takes no "${positionals[0]}"`);
  const configured = findConfiguredState();
  const { state, configuration } = configured;
  // Before anything is made: a directory with a lock in it is not empty to who restores a backup into it.
  if (configuration.database === undefined && !existsSync(state.database))
    throw new Error(`${state.path} holds no database: nothing is sealed yet`);
  prepareStateDirectory(configured.state);
  const lock = lockState(configured.state);
  try {
    const done = await rotate(configured, values['new-key-file']);
    process.stdout.write(describe(done, configured));
    if (configured.configuration.database === undefined) compact(configured.state.database);
    return 0;
  } finally {
    lock.release();
  }
}

/** What was sealed with the old key and deleted still stands in pages that are free. The exchange is done, whatever this meets. */
function compact(path: string): void {
  try {
    compactSqlite(path);
  } catch (cause) {
    process.stderr.write(
      `The key is exchanged, but ${path} could not be written anew: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        `What was deleted from it may still stand there, sealed with the key of before. Make room for a second copy, then: sqlite3 ${path} vacuum\n`,
    );
  }
}

type Done = Rotation & { from: string; to: string; newKeyFile: string | undefined; shown: string };

async function rotate(configured: ConfiguredState, newKeyFile: string | undefined): Promise<Done> {
  const { state, configuration, givenKeys } = configured;
  const to = readNewKey(newKeyFile, configured);
  const opened = await openDatabases({ state, givenKeys, log: makeLog('ERROR') }, configuration);
  const { main, shown } = opened;
  try {
    if (opened.isFresh) throw new Error(`${shown} is empty: nothing is sealed yet`);
    const hasServers = async () => true;
    const known = await loadKnownIdentity({ database: main, state, givenKeys, shown, hasServers });
    const from = known.sealingKey;
    refuseUsed([from, ...known.retired.map(({ key }) => key)], to);
    await main.write('who works here', refuseLiving);
    const isInFile = existsSync(state.sealingKey);
    // From here on both keys are there, until one of them is known to be the right one.
    if (isInFile) writeNextKey(state.sealingKey, to);
    const kill = killPointFromEnvironment();
    kill?.('rotate-key', 'started', 'after');
    const wish = { from, to, retired: known.retired, nowMs: Date.now(), location: loadDaemonId(state.daemonId) };
    const rotation = await rotateDatabase(main, wish, () => kill?.('rotate-key', 'succeeded', 'before'));
    kill?.('rotate-key', 'succeeded', 'after');
    if (isInFile) takeNextKey(state.sealingKey);
    return { ...rotation, from: checkValueOf(from), to: checkValueOf(to), newKeyFile, shown };
  } finally {
    await opened.news.close();
    await main.close();
  }
}

/** Nothing was changed when it is read. */
const newKeyFile = { what: 'the new key', fix: 'Make one: (umask 077; openssl rand -hex 32 > FILE).' };

function readNewKey(path: string | undefined, { givenKeys }: ConfiguredState): Buffer {
  if (path !== undefined) return parseSealingKey(readNamedFile(path, newKeyFile), path);
  const [given] = givenKeys;
  if (given === undefined) return randomBytes(32);
  throw new Error(
    `the sealing key comes from ${given.source}, where this command cannot put another one. Make one, and name it: ` +
      '(umask 077; openssl rand -hex 32 > FILE); operations-centerd rotate-key --new-key-file FILE',
  );
}

/** A key that was in use may be known to others: that is what it was exchanged for. */
function refuseUsed(used: readonly Buffer[], to: Buffer): void {
  if (used.some((key) => key.equals(to)))
    throw new Error('the new key is or was in use already: make another one, openssl rand -hex 32 > FILE');
}

function describe(done: Done, { givenKeys, configuration }: ConfiguredState): string {
  const sealed = done.tables.reduce((sum, one) => sum + one.sealed, 0);
  const left = done.tables.filter((one) => one.left > 0);
  return [
    `${sealed} secrets of ${done.tables.length} tables in ${done.shown} are sealed anew.`,
    `Check value of the key: ${shortCheckValue(done.from)} before, ${shortCheckValue(done.to)} now.`,
    ...left.map(
      ({ table, left: n }) => `${table}: ${n} texts look sealed and cannot be opened; they stay as they are.`,
    ),
    ...(done.expiredPlans > 0 ? [`${done.expiredPlans} kept plans are over: make them again.`] : []),
    ...givenKeys.map((given) => `Before the daemon starts: put the new key to ${given.source}.`),
    ...(configuration.database === undefined ? [] : ['Every daemon on this database needs the new key now.']),
    'The inventory is sealed anew when the daemon starts.',
    `Backups and copies made before need the key of before. Back up now${givenKeys.length === 0 ? '' : ', and keep a copy of the new key'}.`,
    '',
  ].join('\n');
}
