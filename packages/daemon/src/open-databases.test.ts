import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { openPostgres, openSqlite } from '@operations-center/database';
import { createPostgresDatabase, describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { forgetDaemon, renewDaemon } from './domains/daemons/daemons.store.ts';
import { checkValueOf } from './domains/settings/identity.service.ts';
import { saveIdentityRow } from './domains/settings/settings.store.ts';
import { migrations } from './migrations.ts';
import { openDatabases, openShared } from './open-databases.ts';
import { keyText, makeSealingKey } from './platform/keys/sealing-key.ts';
import { makeLog } from './platform/log.ts';
import { findStateDirectory } from './platform/state-directory.ts';
import type { Schema } from './schema.ts';
import { makeTestFolder } from './testing/test-folder.ts';

const older = migrations.slice(0, -1);
const log = makeLog('', { write: () => undefined });

describeOnDatabases<Schema>('an upgrade', { migrations }, ({ dialect }) => {
  // One process has the embedded database to itself.
  if (dialect === 'sqlite') {
    test('needs no guard on SQLite', () => expect(dialect).toBe('sqlite'));
    return;
  }

  test('is no upgrade where nothing was yet', async () => {
    const url = await createPostgresDatabase();
    const { main } = await openShared({ url, pool_size: 2, lease_seconds: 15 }, 'the URL', log, { own: 'here-1' });
    expect(await main.rows('select name from schema_migrations')).toHaveLength(migrations.length);
    await main.close();
  });

  test('waits for the daemons of the older program, and names them', async () => {
    const url = await createPostgresDatabase();
    const before = await openPostgres<Schema>({ url, migrations: older });
    for (const id of ['here-1', 'there-2']) await before.write('test', (tx) => renewDaemon(tx, id, 60_000));
    const open = () => openShared({ url, pool_size: 2, lease_seconds: 15 }, 'the URL', log, { own: 'here-1' });
    await expect(open()).rejects.toThrow(/work on the database: there-2\. Stop all of them/);
    const applied = await before.rows('select name from schema_migrations');
    expect(applied).toHaveLength(older.length);
    // Its own lease, of the run before this one, keeps nobody away.
    await before.write('test', (tx) => forgetDaemon(tx, 'there-2'));
    const { main } = await open();
    expect(await main.rows('select name from schema_migrations')).toHaveLength(migrations.length);
    // With the schema as it is, daemons may live beside each other.
    await before.write('test', (tx) => renewDaemon(tx, 'there-2', 60_000));
    const { main: second } = await open();
    for (const one of [before, main, second]) await one.close();
  });
});

const applied = 'select name from schema_migrations';

describeOnDatabases<Schema>('the sealing key', { migrations }, ({ dialect }) => {
  test('is looked at before a newer program changes the schema', async () => {
    const state = findStateDirectory({ OPERATIONS_CENTER_DIR: makeTestFolder() }, false);
    const url = dialect === 'postgres' ? await createPostgresDatabase() : '';
    const database = dialect === 'postgres' ? { url, pool_size: 2, lease_seconds: 15 } : undefined;
    const openOlder = () =>
      dialect === 'postgres'
        ? openPostgres<Schema>({ url, migrations: older })
        : openSqlite<Schema>({ path: state.database, migrations: older });
    const key = randomBytes(32);
    const before = await openOlder();
    const identity = { client: 'c', server: 's', sealing: checkValueOf(key) };
    await before.write('test', (tx) => saveIdentityRow(tx, identity));
    await before.close();
    const open = () =>
      openDatabases({ state, log, givenKeys: [] }, { path: state.configuration, ...(database && { database }) });
    await expect(open()).rejects.toThrow(/sealing\.key is missing/);
    makeSealingKey(state.sealingKey);
    await expect(open()).rejects.toThrow(/is not the key with which .* Nothing was changed/);
    const untouched = await openOlder();
    expect(await untouched.rows(applied)).toHaveLength(older.length);
    await untouched.close();
    expect(readdirSync(state.path).filter((name) => name.includes('before'))).toEqual([]);
    writeFileSync(state.sealingKey, keyText(key));
    const { main, news } = await open();
    expect(await main.rows(applied)).toHaveLength(migrations.length);
    await news.close();
    await main.close();
  });
});

test('a first start that was cut off before it made keys is a first start again', async () => {
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: makeTestFolder() }, false);
  for (const start of ['cut off', 'again']) {
    const { main, isFresh } = await openDatabases({ state, log, givenKeys: [] }, { path: state.configuration });
    expect([start, isFresh]).toEqual([start, true]);
    await main.close();
  }
});
