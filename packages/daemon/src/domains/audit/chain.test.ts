import { preparedRun } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import type { MainDatabase, Schema } from '../../schema.ts';
import { makeAuditChain } from './chain.rules.ts';
import { auditMigrations, startAudit, testSealer } from './test-audit.ts';

const run = (database: MainDatabase, text: string) => database.write('tamper', (tx) => preparedRun(tx, text));

describeOnDatabases<Schema>('the audit', { migrations: auditMigrations }, ({ open, again }) => {
  test('is intact when nobody touched it, also for the next daemon', async () => {
    const database = await open();
    const audit = await startAudit(database);
    for (const id of ['a', 'b', 'c']) await audit.change(id);
    expect(await audit.verify()).toMatchObject({ number: 6, problems: [] });
    const other = await startAudit(await again());
    await other.change('d');
    expect(await other.verify()).toMatchObject({ number: 8, problems: [] });
  });

  test('a digest of a body that somebody chose is no hash that fits the chain', async () => {
    const database = await open();
    const audit = await startAudit(database);
    await audit.change('a');
    await audit.verify();
    const chain = makeAuditChain((text) => testSealer().identify('audit chain', text));
    const entry = JSON.stringify([1, 'forged']);
    await audit.ask('b', '/1.0/x', Buffer.from(`audit\n\n${entry}`));
    const [row] = await database.rows<{ digest: string }>("select digest from audit where request_id = 'b'");
    expect(row?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(row?.digest).not.toBe(chain.hash('', [1, 'forged']));
  });

  test('names the one entry that was changed, whatever was changed of it', async () => {
    const database = await open();
    const audit = await startAudit(database);
    for (const id of ['a', 'b', 'c']) await audit.change(id);
    await audit.verify();
    for (const set of ["username = 'somebody'", "object = '/1.0/y'", 'status = 500', 'at = at + 1', "kind = 'event'"]) {
      const [before] = await database.rows<Record<string, string | number>>('select * from audit where number = 3');
      await run(database, `update audit set ${set} where number = 3`);
      expect((await audit.verify()).problems, set).toEqual([{ kind: 'changed', from: 3, to: 3 }]);
      const column = set.split(' ')[0] ?? '';
      const value = before?.[column];
      await run(
        database,
        `update audit set ${column} = ${typeof value === 'number' ? value : `'${value}'`} where number = 3`,
      );
    }
    expect((await audit.verify()).problems).toEqual([]);
  });

  test('names a gap, an end that was cut, and an end that was cut with its head', async () => {
    const database = await open();
    const audit = await startAudit(database);
    for (const id of ['a', 'b', 'c', 'd']) await audit.change(id);
    await audit.verify();
    const known = audit.heads.at(-1)?.split(':') ?? [];
    const head = { number: Number(known[0]), hash: known[1] ?? '' };
    expect(head.number).toBe(8);
    await run(database, 'delete from audit where number = 2');
    expect((await audit.verify(head)).problems).toEqual([{ kind: 'gap', from: 2, to: 2 }]);
    await run(database, 'delete from audit where number > 6');
    expect((await audit.verify()).problems).toEqual([
      { kind: 'gap', from: 2, to: 2 },
      { kind: 'cut', from: 7, to: 8 },
    ]);
    await run(
      database,
      "update log_heads set number = 6, hash = (select hash from audit where number = 6) where log = 'audit'",
    );
    expect((await audit.verify()).problems).toEqual([{ kind: 'gap', from: 2, to: 2 }]);
    expect((await audit.verify(head)).problems).toContainEqual({ kind: 'cut', from: 7, to: 8 });
    // Filled up again with others: the head that was written down is another one.
    for (const id of ['e', 'f']) await audit.change(id);
    expect((await audit.verify(head)).problems).toContainEqual({ kind: 'changed', from: 8, to: 8 });
  });

  test('cannot be written anew without the key', async () => {
    const database = await open();
    const audit = await startAudit(database);
    await audit.change('a');
    await audit.verify();
    const forged = await startAudit(database, { key: 8 });
    expect((await forged.verify()).problems).toEqual([
      { kind: 'changed', from: 1, to: 1 },
      { kind: 'changed', from: 2, to: 2 },
    ]);
  });

  test('has what was asked, by whom, and what became of it; of a body only a digest', async () => {
    const database = await open();
    const audit = await startAudit(database);
    const tell = await audit.ask('one', '/1.0/provisioning/servers/a');
    const pending = await audit.list({ limit: 10 });
    expect(pending).toMatchObject([{ request_id: 'one', ended_at: null }]);
    await tell({ status: 404, code: 'server_not_found', location: '', operation: '' });
    await audit.change('two');
    const found = await audit.list({ limit: 10 });
    expect(found).toMatchObject([
      { request_id: 'two', status: 200 },
      {
        ...{ request_id: 'one', protocol: 'tls', username: 'abc123', address: '10.0.0.1:40112', what: 'server_rename' },
        ...{ object: '/1.0/provisioning/servers/a', status: 404, code: 'server_not_found' },
      },
    ]);
    expect(found[0]?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(await database.rows('select * from audit'))).not.toContain('secret word');
    const ids = async (filter: object) =>
      (await audit.list({ limit: 10, ...filter })).map(({ request_id }) => request_id);
    expect(await ids({ object: 'servers/a' })).toEqual(['one']);
    expect(await ids({ who: 'abc' })).toEqual(['two', 'one']);
    expect(await ids({ who: 'unix' })).toEqual([]);
    expect(await ids({ what: 'token_delete' })).toEqual([]);
    expect(await ids({ since: Date.now() + 60_000 })).toEqual([]);
    expect(await ids({ until: Date.now() + 60_000, before: found[0]?.number })).toEqual(['one']);
  });

  test('says of a request that the daemon did not live to answer that it did not', async () => {
    const database = await open();
    const dead = await startAudit(database);
    await dead.start();
    await dead.change('answered');
    await dead.ask('never answered');
    await dead.settled();
    const next = await startAudit(database);
    await next.start();
    const read = async () =>
      (await next.list({ limit: 10 })).map(({ what, request_id, code }) => [what, request_id, code]);
    // The one before still numbers, too: whoever holds the head when a row comes.
    await expect.poll(read, { timeout: 10_000 }).toEqual([
      ['daemon-started', '', null],
      ['server_rename', 'never answered', 'daemon_ended'],
      ['server_rename', 'answered', ''],
      ['daemon-started', '', null],
    ]);
    await next.start();
    expect(await next.list({ limit: 10, what: 'server_rename' })).toHaveLength(2);
    expect((await next.verify()).problems).toEqual([]);
  });
});
