import { preparedRun } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import type { MainDatabase, Schema } from '../../schema.ts';
import { auditMigrations, startAudit } from './test-audit.ts';

const dayMs = 86_400_000;
const run = (database: MainDatabase, text: string) => database.write('tamper', (tx) => preparedRun(tx, text));

/** An audit of ten days, a request and its outcome a day, on a clock that the test turns; 30 days are kept. */
async function startTenDays(database: MainDatabase) {
  const time = { nowMs: 1_700_000_000_000, keptDays: 30 };
  const clock = { nowMs: () => time.nowMs, sleepUntil: async () => undefined };
  const audit = await startAudit(database, { clock, keptDays: () => time.keptDays });
  for (let day = 0; day < 10; day += 1) {
    await audit.change(`day ${day}`);
    await audit.numbering.flush();
    time.nowMs += dayMs;
  }
  const numbers = async () => {
    const [row] = await database.rows<{ first: number; last: number }>(
      'select min(number) as first, max(number) as last from audit',
    );
    return row;
  };
  return { ...audit, time, numbers };
}

describeOnDatabases<Schema>('pruning the audit', { migrations: auditMigrations }, ({ open, again }) => {
  test('removes what is older than is kept, says so itself, and the rest is proven', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    await audit.prune();
    expect(await audit.numbers()).toEqual({ first: 1, last: 20 });
    audit.time.nowMs += 25 * dayMs;
    await audit.prune();
    // Of days 0 to 5; the pruning itself is the newest entry.
    expect(await audit.numbers()).toEqual({ first: 13, last: 21 });
    expect(await audit.verify()).toMatchObject({
      ...{ from: 13, number: 21, problems: [] },
      pruned: { up_to: 12, kept_days: 30, at: audit.time.nowMs },
    });
    expect(await audit.list({ limit: 1 })).toMatchObject([{ what: 'audit-pruned', kind: 'event' }]);
    expect((await audit.list({ limit: 100 })).map(({ request_id }) => request_id)).toEqual([
      ...['', 'day 9', 'day 8', 'day 7', 'day 6'],
    ]);
  });

  test('happens once a day at most, for ever if nothing is said, and goes on from the cut before', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    audit.time.nowMs += 25 * dayMs;
    audit.time.keptDays = 0;
    await audit.prune();
    expect(await audit.numbers()).toEqual({ first: 1, last: 20 });
    audit.time.keptDays = 30;
    await audit.prune();
    audit.time.nowMs += 1.5 * dayMs;
    await audit.prune();
    expect(await audit.numbers()).toEqual({ first: 13, last: 21 });
    audit.time.nowMs += dayMs / 2;
    await audit.prune();
    expect(await audit.numbers()).toEqual({ first: 17, last: 22 });
    expect(await audit.verify()).toMatchObject({ from: 17, problems: [], pruned: { up_to: 16 } });
    // So much later that nothing is left but what says so.
    audit.time.nowMs += 400 * dayMs;
    await audit.prune();
    expect(await audit.numbers()).toEqual({ first: 23, last: 23 });
    await audit.change('after all');
    expect(await audit.verify()).toMatchObject({ from: 23, number: 25, problems: [] });
  });

  test('takes all that is old at once, however much it is', async () => {
    const database = await open();
    const many = 1_200;
    await run(
      database,
      `insert into audit (xact, at, location, kind, request_id, protocol, username, address, what,
         object, operation, plan, digest, status, code, detail)
       with recursive n (i) as (select 1 union all select i + 1 from n where i < ${many})
       select 0, 1600000000000 + i, 'here', 'event', '', '', '', '', 'old', '', '', '', '', 0, '', '{}' from n`,
    );
    const audit = await startTenDays(database);
    await audit.prune();
    expect(await audit.numbers()).toEqual({ first: many + 1, last: many + 21 });
    expect(await audit.verify()).toMatchObject({ from: many + 1, problems: [], pruned: { up_to: many } });
  });

  test('never takes a young entry with an old one that was written after it', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    // A clock that was ahead for a moment.
    audit.time.nowMs += 100 * dayMs;
    await audit.change('ahead');
    await audit.numbering.flush();
    audit.time.nowMs -= 100 * dayMs;
    await audit.change('behind');
    await audit.numbering.flush();
    audit.time.nowMs += 90 * dayMs;
    await audit.prune();
    expect(await audit.numbers()).toMatchObject({ first: 21 });
    expect(await audit.verify()).toMatchObject({ from: 21, problems: [] });
  });

  test('that a daemon did not live to finish is finished by the next', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    audit.time.nowMs += 25 * dayMs;
    await audit.prune();
    // As if it had died before the last of them were gone.
    await run(
      database,
      `insert into audit (xact, number, hash, at, location, kind, request_id, protocol, username, address, what,
         object, operation, plan, digest, status, code, detail)
       select xact, number - 9, hash, at, location, kind, request_id, protocol, username, address, what, object,
         operation, plan, digest, status, code, detail from audit where number in (20, 21)`,
    );
    expect(await audit.numbers()).toMatchObject({ first: 11 });
    expect(await audit.verify()).toMatchObject({ from: 13, problems: [] });
    const next = await startAudit(await again(), {
      clock: { nowMs: () => audit.time.nowMs, sleepUntil: async () => {} },
    });
    await next.prune();
    expect(await audit.numbers()).toMatchObject({ first: 13 });
  });

  test('is told from a cut that the daemon did not make, whatever is written to hide it', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    await run(database, 'delete from audit where number <= 8');
    expect(await audit.verify()).toMatchObject({ from: 1, problems: [{ kind: 'gap', from: 1, to: 8 }] });
    // A row without a number gets one, and its place in the chain; but not the seal that only the daemon can make.
    const [last] = await database.rows<{ hash: string }>('select hash from audit where number = 9');
    const detail = JSON.stringify({ up_to: 8, hash: last?.hash, kept_days: 30, seal: '0'.repeat(64) });
    await run(
      database,
      `insert into audit (xact, at, location, kind, request_id, protocol, username, address, what,
         object, operation, plan, digest, status, code, detail)
       select xact, at, location, 'event', '', '', '', '', 'audit-pruned', '/1.0/audit', '', '', '', 0, '', '${detail}'
       from audit where number = 20`,
    );
    expect(await audit.verify()).toMatchObject({ from: 1, problems: [{ kind: 'gap', from: 1, to: 8 }] });
  });

  test('is proven, and goes on, whatever somebody wrote into its entries', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    audit.time.nowMs += 25 * dayMs;
    await audit.prune();
    await run(database, "update audit set detail = 'no JSON' where number = 21");
    expect((await audit.verify()).problems).toEqual([
      { kind: 'gap', from: 1, to: 12 },
      { kind: 'changed', from: 21, to: 21 },
    ]);
    audit.time.nowMs += 2 * dayMs;
    await audit.prune();
    expect((await audit.verify()).problems).toEqual([{ kind: 'changed', from: 21, to: 21 }]);
  });

  test('leaves a cut that goes further than the policy did to be seen', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    audit.time.nowMs += 25 * dayMs;
    await audit.prune();
    await run(database, 'delete from audit where number <= 14');
    expect((await audit.verify()).problems).toEqual([{ kind: 'gap', from: 13, to: 14 }]);
    await run(database, "delete from audit where what = 'audit-pruned'");
    expect((await audit.verify()).problems).toEqual([
      { kind: 'gap', from: 1, to: 14 },
      { kind: 'cut', from: 21, to: 21 },
    ]);
  });

  test('a head of an entry that is gone is refused; one at the cut is compared', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    const heads = new Map(audit.heads.map((text) => [Number(text.split(':')[0]), text.split(':')[1] ?? '']));
    audit.time.nowMs += 25 * dayMs;
    await audit.prune();
    const at = (number: number, hash = heads.get(number) ?? '') => audit.verify({ number, hash });
    await expect(at(10)).rejects.toMatchObject({ code: 'audit_head_pruned', status: 400 });
    expect((await at(12)).problems).toEqual([]);
    expect((await at(12, '0'.repeat(64))).problems).toEqual([{ kind: 'changed', from: 12, to: 12 }]);
    expect((await at(14)).problems).toEqual([]);
  });
});

describeOnDatabases<Schema>('verifying the audit', { migrations: auditMigrations }, ({ open }) => {
  test('is done once at a time; who comes second is told since when, and how far', async () => {
    const database = await open();
    const audit = await startTenDays(database);
    const first = audit.verify();
    await expect(audit.verify()).rejects.toMatchObject({ code: 'audit_verify_runs', details: { number: 0 } });
    expect((await first).problems).toEqual([]);
    expect((await audit.verify()).problems).toEqual([]);
  });

  test('ends when nobody waits for it any more, and makes room for the next', async () => {
    const database = await open();
    await database.write('fill', (tx) =>
      preparedRun(
        tx,
        `insert into audit (xact, number, hash, at, location, kind, request_id, protocol, username, address, what,
           object, operation, plan, digest, status, code, detail)
         with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000)
         select 0, i, 'h', 0, '', 'event', '', '', '', '', '', '', '', '', '', 0, '', '{}' from n`,
      ),
    );
    const looks = { count: 0 };
    const rows: MainDatabase['rows'] = (text, values) => {
      looks.count += text.startsWith('select number, hash, at') ? 1 : 0;
      return database.rows(text, values);
    };
    const audit = await startAudit({ ...database, rows });
    const leaving = new AbortController();
    leaving.abort(new Error('left'));
    await expect(audit.verify(undefined, leaving.signal)).rejects.toThrow('aborted');
    expect(looks.count).toBe(1);
    expect((await audit.verify()).problems).not.toEqual([]);
    expect(looks.count).toBe(1 + 7);
  });
});
