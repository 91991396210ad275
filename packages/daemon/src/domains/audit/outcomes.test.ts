import { DatabaseUnavailable } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import type { MainDatabase, Schema } from '../../schema.ts';
import { auditMigrations, startAudit } from './test-audit.ts';

/** A database that may refuse what is written to it, before it is done or after. */
function fragile(database: MainDatabase) {
  const fails: { when: 'never' | 'before' | 'after' } = { when: 'never' };
  const write: MainDatabase['write'] = async (name, body, options) => {
    if (fails.when === 'before') throw new DatabaseUnavailable('it is full');
    const done = await database.write(name, body, options);
    if (fails.when === 'after') throw new DatabaseUnavailable('nobody heard of it');
    return done;
  };
  return { database: { ...database, write }, fails };
}

const done = { status: 200, code: '', location: '', operation: '' };

describeOnDatabases<Schema>('outcomes of the audit', { migrations: auditMigrations }, ({ open, again }) => {
  test('that cannot be written are late, with a warning, and kept when the database is back', async () => {
    const { database, fails } = fragile(await open());
    const audit = await startAudit(database);
    const [first, second] = [await audit.ask('one'), await audit.ask('two')];
    fails.when = 'before';
    await Promise.all([first(done), second({ ...done, status: 404, code: 'server_not_found' })]);
    expect(audit.warned.at(-1)).toMatch(/^what became of 2 requests could not be written since \d{4}-.*Z/);
    await expect(audit.outcomes.retry()).rejects.toThrow('it is full');
    fails.when = 'never';
    expect(await audit.list({ limit: 10 })).toMatchObject([{ ended_at: null }, { ended_at: null }]);
    await audit.outcomes.retry();
    expect(audit.warned.at(-1)).toBeUndefined();
    expect(await audit.list({ limit: 10 })).toMatchObject([
      { request_id: 'two', status: 404, code: 'server_not_found' },
      { request_id: 'one', status: 200, code: '' },
    ]);
    const told = audit.warned.length;
    await audit.outcomes.retry();
    expect(audit.warned).toHaveLength(told);
    expect((await audit.verify()).problems).toEqual([]);
  });

  test('of which only the answer was lost are not written twice', async () => {
    const { database, fails } = fragile(await open());
    const audit = await startAudit(database);
    const tell = await audit.ask('one');
    fails.when = 'after';
    await tell(done);
    fails.when = 'never';
    await audit.outcomes.retry();
    expect(await audit.list({ limit: 10 })).toHaveLength(1);
    expect(audit.warned.at(-1)).toBeUndefined();
  });

  test('of requests that were refused because nobody heard that they were written say so; of others there are none', async () => {
    const { database, fails } = fragile(await open());
    const audit = await startAudit(database);
    fails.when = 'after';
    await expect(audit.ask('written')).rejects.toThrow('nobody heard');
    fails.when = 'before';
    await expect(audit.ask('never written')).rejects.toThrow('it is full');
    expect(audit.warned).toEqual([]);
    fails.when = 'never';
    expect(await audit.list({ limit: 10 })).toMatchObject([{ request_id: 'written', ended_at: null }]);
    await audit.outcomes.retry();
    await audit.outcomes.retry();
    expect(await audit.list({ limit: 10 })).toMatchObject([{ status: 503, code: 'database_unavailable' }]);
    expect((await audit.verify()).number).toBe(2);
  });

  test('are said by a daemon of its own requests only, also if another one lives on the same host', async () => {
    const database = await open();
    const [one, other] = ['host-aaaa', 'host-bbbb'].map((location) => ({ location }));
    const living = await startAudit(database, one);
    await living.start();
    const tell = await living.ask('still running');
    const beside = await startAudit(await again(), other);
    await beside.start();
    const [entry] = await beside.list({ limit: 1, what: 'server_rename' });
    expect(entry).toMatchObject({ request_id: 'still running', ended_at: null });
    await tell(done);
    // Its own, after its own end.
    await living.ask('never answered');
    await (await startAudit(await again(), one)).start();
    const read = async () => (await beside.list({ limit: 2, what: 'server_rename' })).map(({ code }) => code);
    await expect.poll(read, { timeout: 10_000 }).toEqual(['daemon_ended', '']);
  });
});
