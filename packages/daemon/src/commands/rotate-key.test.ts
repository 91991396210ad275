import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite, preparedRows, preparedRun } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { renewDaemon } from '../domains/daemons/daemons.store.ts';
import { checkValueOf, loadKnownIdentity, shortCheckValue } from '../domains/settings/identity.service.ts';
import { listRetiredKeys } from '../domains/settings/sealing-keys.store.ts';
import { saveIdentityRow, saveSettings } from '../domains/settings/settings.store.ts';
import { defaultSettings } from '../domains/settings/settings.ts';
import { migrations } from '../migrations.ts';
import { makeIdentity } from '../platform/identity.ts';
import { makeSealer, type Sealed, sealedPrefix } from '../platform/sealing.ts';
import { makeSealingKey, nextKeyPath } from '../platform/sealing-key.ts';
import { findStateDirectory, prepareStateDirectory, type StateDirectory } from '../platform/state-directory.ts';
import type { MainDatabase, Schema } from '../schema.ts';
import { makeTestFolder } from '../testing/test-folder.ts';
import { rotateDatabase } from './rotate-database.ts';

const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const nowMs = 1_800_000_000_000;
const wish = { nowMs, location: 'here', retired: [] };
const secret = 'api-token-that-nobody-may-see';
const identity = { client: 'c', server: 's' };

/** A secret in the settings, and one in a row of another domain, within JSON and within another secret. */
async function fill(database: MainDatabase, key: Buffer): Promise<void> {
  const sealer = makeSealer(key);
  await database.write('fill', async (tx) => {
    await saveIdentityRow(tx, { ...identity, sealing: checkValueOf(key) });
    const openfga = { ...defaultSettings.security.openfga, api_token: secret };
    await saveSettings(tx, sealer, 'security', { ...defaultSettings.security, openfga });
    const inner = sealer.seal(JSON.stringify({ key: sealer.seal(secret) }));
    const text = JSON.stringify({ inner, plain: 'sealed:v1:look-alike' });
    await preparedRun(tx, "insert into warnings values ('u', 's', 't', '', '', '', ?, 1, 1, 1, 1)", [text]);
  });
}

const sealedTexts = async (database: MainDatabase): Promise<string[]> => {
  const [settings] = await database.rows<{ value: string }>("select value from settings where section = 'security'");
  const [warning] = await database.rows<{ messages: string }>('select messages from warnings');
  return [settings?.value ?? '', warning?.messages ?? ''];
};

const opens = (key: Buffer, texts: readonly string[]): boolean =>
  texts.every((text) =>
    (text.match(/sealed:v1:[\w-]{30,}/g) ?? []).every((one) => {
      const found = makeSealer(key).inspect(one as Sealed)?.secret;
      return found !== undefined && (!found.includes(sealedPrefix) || opens(key, [found]));
    }),
  );

describeOnDatabases<Schema>('a rotation', { migrations }, ({ open, dialect }) => {
  test('seals every secret anew, wherever it stands, and keeps the old key sealed', async () => {
    const database = await open();
    await fill(database, first);
    const done = await rotateDatabase(database, { ...wish, from: first, to: second });
    expect(done.tables).toEqual([
      { table: 'settings', rows: 1, sealed: 1, left: 0 },
      { table: 'warnings', rows: 1, sealed: 2, left: 1 },
    ]);
    const texts = await sealedTexts(database);
    expect(opens(second, texts)).toBe(true);
    expect(opens(first, texts)).toBe(false);
    expect(texts.join()).toContain('look-alike');
    const [retired] = await listRetiredKeys(database.read);
    expect(retired).toMatchObject({ check_value: checkValueOf(first), retired_at: nowMs });
    expect(makeSealer(second).open(retired?.key as Sealed)).toBe(first.toString('hex'));
    const audit = await database.rows('select what, location, detail from audit');
    expect(audit).toMatchObject([{ what: 'sealing-key-rotated', location: 'here' }]);
  });

  test('twice: all keys of before are sealed with the last one', async () => {
    const database = await open();
    await fill(database, first);
    await rotateDatabase(database, { ...wish, from: first, to: second });
    await rotateDatabase(database, { ...wish, from: second, to: third, nowMs: nowMs + 1 });
    const keys = (await listRetiredKeys(database.read)).map(({ key }) => makeSealer(third).open(key as Sealed));
    expect(keys).toEqual([first, second].map((key) => key.toString('hex')));
    expect(opens(third, await sealedTexts(database))).toBe(true);
  });

  test('that ends before its COMMIT never was', async () => {
    const database = await open();
    await fill(database, first);
    const crash = () => {
      throw new Error('the power is gone');
    };
    await expect(rotateDatabase(database, { ...wish, from: first, to: second }, crash)).rejects.toThrow('power');
    expect(opens(first, await sealedTexts(database))).toBe(true);
    expect(await listRetiredKeys(database.read)).toEqual([]);
    await rotateDatabase(database, { ...wish, from: first, to: second });
    expect(opens(second, await sealedTexts(database))).toBe(true);
  });

  test('with another key than the one in use changes nothing', async () => {
    const database = await open();
    await fill(database, first);
    await expect(rotateDatabase(database, { ...wish, from: third, to: second })).rejects.toThrow('exchanged meanwhile');
    expect(opens(first, await sealedTexts(database))).toBe(true);
  });

  test('makes plans that were kept over, for their names are made with the key', async () => {
    const database = await open();
    await fill(database, first);
    const kept = { request_digest: 'd', cluster: 'c', request: '', shown: '', plan: '', facts: '', ula_prefix: '' };
    const at = { requested_by: '', created_at: nowMs, expires_at: nowMs + 1_000 };
    await database.write('keep', async (tx) => {
      await tx
        .insertInto('plans')
        .values({ id: 'p', ...kept, ...at, operation: null })
        .execute();
      const held = { kind: 'mesh' as const, id: 1_000, request_digest: 'd', machine: '', server: '' };
      await tx.insertInto('plan_ids').values(held).execute();
    });
    const { expiredPlans } = await rotateDatabase(database, { ...wish, from: first, to: second });
    expect(expiredPlans).toBe(1);
    expect(await database.rows('select * from plan_ids')).toEqual([]);
  });

  if (dialect === 'postgres')
    test('is refused while another daemon works on the database', async () => {
      const database = await open();
      await fill(database, first);
      await database.write('live', (tx) => renewDaemon(tx, 'other-daemon', 60_000));
      await expect(rotateDatabase(database, { ...wish, from: first, to: second })).rejects.toThrow(
        'stop all daemons first: other-daemon',
      );
      expect(opens(first, await sealedTexts(database))).toBe(true);
    });
});

/** A state that a daemon has used once, and its program, run as people run it. */
async function makeState() {
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: join(makeTestFolder(), 'state') }, false);
  prepareStateDirectory(state);
  await makeIdentity(state);
  makeSealingKey(state.sealingKey);
  const key = readKey(state);
  const database = await openSqlite<Schema>({ path: state.database, migrations });
  await fill(database, key);
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
  const database = await openSqlite<Schema>({ path: state.database, migrations });
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

test.each([
  ['after the next key was written', 'rotate-key:started:after', 'old'],
  ['when all is sealed and nothing committed', 'rotate-key:succeeded:before', 'old'],
  ['after the commit', 'rotate-key:succeeded:after', 'new'],
])(
  'killed %s, the daemon starts with the key that fits',
  async (_, point, expected) => {
    const { state, key, run } = await makeState();
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
