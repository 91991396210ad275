import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgres, openSqlite, preparedRows, preparedRun } from '@operations-center/database';
import { createPostgresDatabase, describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { checkValueOf, loadKnownIdentity, shortCheckValue } from '../domains/settings/identity.service.ts';
import { migrations } from '../migrations.ts';
import { loadDaemonConfiguration } from '../platform/daemon-configuration.ts';
import { makeIdentity } from '../platform/keys/identity.ts';
import { makeSealer } from '../platform/keys/sealing.ts';
import { makeSealingKey, nextKeyPath } from '../platform/keys/sealing-key.ts';
import { findStateDirectory, prepareStateDirectory, type StateDirectory } from '../platform/state-directory.ts';
import type { MainDatabase, Schema } from '../schema.ts';
import { fillSealed, opens, sealedTexts } from '../testing/sealed-database.ts';
import { makeTestFolder } from '../testing/test-folder.ts';

const second = randomBytes(32);

/** The database that the state names. */
function openOf(state: StateDirectory): Promise<MainDatabase> {
  const url = loadDaemonConfiguration({}, state).database?.url;
  return url === undefined
    ? openSqlite<Schema>({ path: state.database, migrations })
    : openPostgres<Schema>({ url, migrations });
}

/** A state that a daemon has used once, its database elsewhere if there is a URL, and its program, run as people run it. */
async function makeState(url?: string) {
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: join(makeTestFolder(), 'state') }, false);
  prepareStateDirectory(state);
  if (url !== undefined) writeFileSync(state.configuration, `database: { url: "${url}" }\n`, { mode: 0o600 });
  await makeIdentity(state);
  makeSealingKey(state.sealingKey);
  const key = readKey(state);
  const database = await openOf(state);
  await fillSealed(database, key);
  await database.write('forget', (tx) => preparedRows(tx, "delete from settings where section = 'identity'"));
  await database.close();
  await start(state);
  const run = (words: string[], environment: Record<string, string> = {}) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '..', 'main.ts'), 'rotate-key', ...words], {
      env: { PATH: process.env['PATH'], OPERATIONS_CENTER_DIR: state.path, ...environment },
      encoding: 'utf8',
      timeout: 60_000,
    });
  return { state, key, run };
}

/** Longer than a page of the file: deleted, it still stands in pages that are free. */
async function deleteLongSecret(state: StateDirectory, key: Buffer): Promise<string> {
  const sealed = makeSealer(key).seal('long '.repeat(20_000));
  const database = await openSqlite<Schema>({ path: state.database, migrations });
  const text = "insert into warnings values ('v', 's', 'long', '', '', '', ?, 1, 1, 1, 1)";
  await database.write('add', (tx) => preparedRun(tx, text, [JSON.stringify({ sealed })]));
  await database.write('delete', (tx) => preparedRun(tx, "delete from warnings where uuid = 'v'"));
  await database.close();
  return sealed;
}

const readKey = ({ sealingKey }: StateDirectory): Buffer => Buffer.from(readFileSync(sealingKey, 'utf8').trim(), 'hex');

/** What a daemon does first, and what it could open then. */
async function start(state: StateDirectory, given: readonly Buffer[] = []): Promise<boolean> {
  const database = await openOf(state);
  try {
    const givenKeys = given.map((key) => ({ key, source: 'the environment' }));
    const hasServers = async () => true;
    const known = await loadKnownIdentity({ database, state, givenKeys, shown: state.database, hasServers });
    return opens(known.sealingKey, await sealedTexts(database));
  } finally {
    await database.close();
  }
}

test('the command seals with a fresh key, and the daemon starts with it', async () => {
  const { state, key, run } = await makeState();
  const before = await deleteLongSecret(state, key);
  const { status, stdout, stderr } = run([]);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('3 secrets of 2 tables');
  expect(stdout).toContain(`${shortCheckValue(checkValueOf(key))} before`);
  expect(stdout).not.toContain(readKey(state).toString('hex'));
  expect(readKey(state)).not.toEqual(key);
  expect(existsSync(nextKeyPath(state.sealingKey))).toBe(false);
  expect(await start(state)).toBe(true);
  // What the old key opens is not even left where it was deleted.
  expect(readFileSync(state.database, 'latin1')).not.toContain(before.slice(-500));
  // The key of before is told from any other wrong one.
  writeFileSync(state.sealingKey, key.toString('hex'));
  await expect(start(state)).rejects.toThrow(/is not the key .* It was exchanged at 20.*give the key of since then/);
  writeFileSync(state.sealingKey, randomBytes(32).toString('hex'));
  await expect(start(state)).rejects.toThrow(/is not the key with which .* Put the right one back from a backup/);
}, 60_000);

const killPoints = [
  ['after the next key was written', 'rotate-key:started:after', 'old'],
  ['when all is sealed and nothing committed', 'rotate-key:succeeded:before', 'old'],
  ['after the commit', 'rotate-key:succeeded:after', 'new'],
] as const;

describeOnDatabases<Schema>('a rotation that is killed', { migrations }, ({ dialect }) => {
  test.each(killPoints)(
    '%s: the daemon starts with the key that fits',
    async (_, point, expected) => {
      const { state, key, run } = await makeState(dialect === 'postgres' ? await createPostgresDatabase() : undefined);
      const killed = run([], { OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_KILL: point });
      expect(killed.signal).toBe('SIGKILL');
      expect(existsSync(nextKeyPath(state.sealingKey))).toBe(true);
      expect(await start(state)).toBe(true);
      expect(readKey(state).equals(key)).toBe(expected === 'old');
      expect(existsSync(nextKeyPath(state.sealingKey))).toBe(false);
      // And once more, whatever it left.
      expect(run([]).status).toBe(0);
      expect(await start(state)).toBe(true);
    },
    60_000,
  );
});

test('what cannot be written anew for want of room is said; the key is exchanged all the same', async () => {
  const { state, key } = await makeState();
  const database = await openSqlite<Schema>({ path: state.database, migrations });
  const text = "insert into warnings values ('w', 's', 'long', '', '', '', ?, 1, 1, 1, 1)";
  await database.write('grow', (tx) => preparedRun(tx, text, ['long '.repeat(2_000_000)]));
  await database.close();
  const main = join(import.meta.dirname, '..', 'main.ts');
  // No file may grow beyond 4 or 8 MiB, as the shell counts.
  const limited = 'ulimit -f 8192; exec "$0" "$1" rotate-key';
  const { status, stdout, stderr } = spawnSync('sh', ['-c', limited, process.execPath, main], {
    env: { PATH: process.env['PATH'], OPERATIONS_CENTER_DIR: state.path },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(/^The key is exchanged, but .* could not be written anew/),
  ]);
  expect(stdout).toContain('secrets of 2 tables');
  expect(readKey(state)).not.toEqual(key);
  expect(await start(state)).toBe(true);
}, 60_000);

test('a key that is given from elsewhere is exchanged for a named one, which then must be given', async () => {
  const { state, key, run } = await makeState();
  rmSync(state.sealingKey);
  const environment = { OPERATIONS_CENTER_SEALING_KEY: key.toString('hex') };
  expect(run([], environment)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('OPERATIONS_CENTER_SEALING_KEY, where this command cannot put another one'),
  });
  const file = join(state.path, '..', 'next');
  writeFileSync(file, key.toString('hex'));
  expect(run(['--new-key-file', file], environment).stderr).toContain('is or was in use already');
  writeFileSync(file, second.toString('hex'));
  expect(run(['--new-key-file', file], environment)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('put the new key to OPERATIONS_CENTER_SEALING_KEY'),
  });
  await expect(start(state, [key])).rejects.toThrow('the environment is not the key');
  expect(await start(state, [second])).toBe(true);
  expect(existsSync(state.sealingKey)).toBe(false);
}, 60_000);
