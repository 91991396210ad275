import { openPostgres } from '@operations-center/database';
import { createPostgresDatabase, describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { forgetDaemon, renewDaemon } from './domains/daemons/daemons.store.ts';
import { migrations } from './migrations.ts';
import { openShared } from './open-databases.ts';
import { makeLog } from './platform/log.ts';
import type { Schema } from './schema.ts';

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
    const { main } = await openShared({ url, pool_size: 2, lease_seconds: 15 }, 'the URL', log, 'here-1');
    expect(await main.rows('select name from schema_migrations')).toHaveLength(migrations.length);
    await main.close();
  });

  test('waits for the daemons of the older program, and names them', async () => {
    const url = await createPostgresDatabase();
    const before = await openPostgres<Schema>({ url, migrations: older });
    for (const id of ['here-1', 'there-2']) await before.write('test', (tx) => renewDaemon(tx, id, 60_000));
    const open = () => openShared({ url, pool_size: 2, lease_seconds: 15 }, 'the URL', log, 'here-1');
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
