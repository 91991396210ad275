import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  afterCommit,
  assertOutsideTransaction,
  bytesType,
  type Database,
  type Migration,
  openPostgres,
  preparedRows,
  preparedRun,
  type Tx,
  textType,
} from './index.ts';
import { describeOnDatabases } from './testing/index.ts';
import { runUnmarked } from './transaction-misuse.ts';

type Schema = { item: { id: string; n: number; bytes: Uint8Array | null } };
const migrations: Migration[] = [
  {
    name: '0001-item',
    async up(tx, dialect) {
      await sql`create table item (id ${textType(dialect)} primary key, n bigint not null, bytes ${bytesType(dialect)})`.execute(
        tx,
      );
    },
  },
];
const add = (tx: Tx<Schema>, id: string, n = 1) => tx.insertInto('item').values({ id, n, bytes: null }).execute();

describeOnDatabases<Schema>('a database', { migrations }, ({ dialect, open, again, place }) => {
  test('keeps what a write wrote, and shows it to readers after it', async () => {
    const db = await open();
    await db.write('add', (tx) => add(tx, 'a', 2 ** 40));
    expect(await db.read.selectFrom('item').selectAll().execute()).toEqual([{ id: 'a', n: 2 ** 40, bytes: null }]);
    expect(await db.rows('select n from item where id = ?', ['a'])).toEqual([{ n: 2 ** 40 }]);
    expect(await (await again()).rows('select id from item')).toEqual([{ id: 'a' }]);
  });

  test('takes back only the body that throws', async () => {
    const db = await open();
    await db.write('add', (tx) => add(tx, 'there'));
    const writes = ['a', 'b', 'c', 'd'].map((id) =>
      db.write(`add ${id}`, async (tx) => {
        await add(tx, id);
        if (id === 'b') throw new Error('b is not wanted');
        if (id === 'c') await add(tx, 'there');
        return id;
      }),
    );
    const settled = await Promise.allSettled(writes);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { message: 'b is not wanted' } });
    expect(await db.rows('select id from item order by id')).toEqual([{ id: 'a' }, { id: 'd' }, { id: 'there' }]);
  });

  test('refuses reads, writes and the outside inside a body', async () => {
    const db = await open();
    const misuses: Record<string, () => Promise<unknown>> = {
      read: () => db.read.selectFrom('item').selectAll().execute(),
      rows: () => db.rows('select 1 as one'),
      write: () => db.write('inner', async () => {}),
      outside: async () => assertOutsideTransaction('a request to server1'),
    };
    for (const [name, misuse] of Object.entries(misuses)) {
      const error = await db.write(`misuse ${name}`, misuse).catch((thrown: unknown) => thrown);
      expect({ name, error }).toMatchObject({ name, error: { code: 'transaction_misuse' } });
    }
    expect(() => assertOutsideTransaction('a request')).not.toThrow();
  });

  test('refuses a tx whose body has ended, and transactions of Kysely', async () => {
    const db = await open();
    const escaped = await db.write('escape', async (tx) => ({ tx }));
    await expect(add(escaped.tx, 'late')).rejects.toMatchObject({ code: 'transaction_misuse' });
    await expect(preparedRun(escaped.tx, "delete from item where id = 'x'")).rejects.toMatchObject({
      code: 'transaction_misuse',
    });
    await expect(db.read.transaction().execute(async () => {})).rejects.toMatchObject({ code: 'transaction_misuse' });
  });

  test('calls back after the commit, and not for what was taken back', async () => {
    const db = await open();
    const heard: string[] = [];
    await db.write('kept', async (tx) => {
      afterCommit(tx, () => heard.push('kept'));
      heard.push('body');
    });
    await expect(
      db.write('lost', async (tx) => {
        afterCommit(tx, () => heard.push('lost'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(heard).toEqual(['body', 'kept']);
  });

  test('a write stays a success when what follows its commit throws, for it and for those beside it', async () => {
    const db = await open();
    const heard: string[] = [];
    const first = db.write('first', async (tx) => {
      afterCommit(tx, () => {
        throw new Error('nobody listens');
      });
      afterCommit(tx, () => heard.push('first'));
      return 1;
    });
    const second = db.write('second', async (tx) => {
      afterCommit(tx, () => heard.push('second'));
      return 2;
    });
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(heard.toSorted()).toEqual(['first', 'second']);
  });

  test('prepares texts with ? on both, quotes left alone, bytes and changed rows kept', async () => {
    const db = await open();
    const bytes = new Uint8Array([0, 255, 7]);
    const changed = await db.write('add', (tx) =>
      preparedRun(tx, "insert into item (id, n, bytes) values (?, ?, ?), ('what?', 2, null)", ['a', 1, bytes]),
    );
    expect(changed).toBe(2);
    const found = await db.write('look', (tx) =>
      preparedRows<{ bytes: Uint8Array }>(tx, 'select bytes from item where id = ?', ['a']),
    );
    expect([...(found[0]?.bytes ?? [])]).toEqual([0, 255, 7]);
    expect(await db.rows('select id from item where id = ? or n = ? order by n', ['a', 2])).toEqual([
      { id: 'a' },
      { id: 'what?' },
    ]);
  });

  test('lets a body decide by what it reads: each of many at once takes the next number', async () => {
    const [db, other] = [await open(), await again()];
    // No row of one meets a row of another: only what was read can show that they overlapped.
    const take = (from: Database<Schema>, who: number) =>
      from.write('take', async (tx) => {
        const [last] = await preparedRows<{ n: number }>(tx, 'select coalesce(max(n), 0) as n from item');
        const n = (last?.n ?? 0) + 1;
        await add(tx, `taker-${who}`, n);
        return n;
      });
    const taken = await Promise.all(Array.from({ length: 60 }, (_, at) => take(at % 2 === 0 ? db : other, at)));
    expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
  });

  test('compares text byte by byte', async () => {
    const db = await open();
    await db.write('add', async (tx) => {
      for (const id of ['b', 'B', 'a', 'Z', 'ä']) await add(tx, id);
    });
    const ids = await db.rows<{ id: string }>('select id from item order by id');
    expect(ids.map(({ id }) => id)).toEqual(['B', 'Z', 'a', 'b', 'ä']);
  });

  test('refuses to write through its readers', async () => {
    const db = await open();
    await expect(db.rows("insert into item (id, n) values ('a', 1)")).rejects.toThrow(/read-?only/);
    expect(await db.rows('select * from item')).toEqual([]);
  });

  test('tells its time', async () => {
    const db = await open();
    expect(Math.abs((await db.nowMs()) - Date.now())).toBeLessThan(60_000);
  });

  test('lets waiting writes end when it is closed, and refuses later ones', async () => {
    const db = await open();
    const write = db.write('add', (tx) => add(tx, 'a'));
    await Promise.all([write, db.close()]);
    await expect(db.write('late', (tx) => add(tx, 'b'))).rejects.toThrow('closed');
    expect(await (await again()).rows('select id from item')).toEqual([{ id: 'a' }]);
  });

  if (dialect === 'sqlite') {
    test('lets bodies of one turn share a transaction', async () => {
      const db = await open();
      const order: string[] = [];
      const addOne = async (n: number): Promise<void> => {
        await db.write('add', async (tx) => {
          await add(tx, `item-${n}`);
          order.push('body');
        });
        order.push('committed');
      };
      const all = Array.from({ length: 50 }, (_, n) => n);
      await Promise.all(all.map(addOne));
      expect(order).toEqual([...all.map(() => 'body'), ...all.map(() => 'committed')]);
      expect(await db.rows('select count(*) as n from item')).toEqual([{ n: 50 }]);
    });
  }

  if (dialect === 'postgres') {
    test('says that it cannot be used when its sessions are cut, is not brought down by it, and goes on', async () => {
      const [db, other] = [await open(), await again()];
      const cut = `select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`;
      const cutInside = db.write('cut', async (tx) => {
        await add(tx, 'a');
        // By another program, not by this body: that is what the misuse check is for, so it is started beside.
        await new Promise((resolve) => runUnmarked(() => void other.rows(cut).then(resolve, resolve)));
        await add(tx, 'b');
      });
      await expect(cutInside).rejects.toMatchObject({ code: 'database_unavailable' });
      await db.write('again', (tx) => add(tx, 'c'));
      expect(await db.rows('select id from item')).toEqual([{ id: 'c' }]);
    });

    test('lets every write through in the end, however many want the same row', async () => {
      await open();
      const db = await openPostgres<Schema>({ url: place(), migrations, poolSize: 40 });
      await db.write('add', (tx) => add(tx, 'wanted', 0));
      const bump = () =>
        db.write('bump', async (tx) => {
          await preparedRows(tx, "select n from item where id = 'wanted'");
          await preparedRun(tx, "update item set n = n + 1 where id = 'wanted'");
        });
      await Promise.all(Array.from({ length: 400 }, bump));
      expect(await db.rows('select n from item')).toEqual([{ n: 400 }]);
      await db.close();
    });

    test('refuses what it cannot keep, and a place where nothing answers', async () => {
      const db = await open();
      await expect(db.write('nul', (tx) => add(tx, 'a\0b'))).rejects.toMatchObject({ code: 'text_refused' });
      const nowhere = openPostgres({ url: 'postgres://nobody@127.0.0.1:1/nothing', migrations });
      await expect(nowhere).rejects.toMatchObject({ code: 'database_unavailable' });
    });

    test('has no session left for the eleventh: that is told, not waited for without end', async () => {
      await open();
      const db = await openPostgres<Schema>({ url: place(), migrations, poolSize: 1, connectTimeoutMs: 100 });
      const slow = db.rows('select pg_sleep(0.5)');
      await expect(db.rows('select 1')).rejects.toMatchObject({ code: 'database_unavailable' });
      await slow;
      expect(await db.rows('select 1 as one')).toEqual([{ one: 1 }]);
      await db.close();
    });

    test('begins a write again that lost a race', async () => {
      const db = await open();
      let tries = 0;
      await db.write('race', async (tx) => {
        tries += 1;
        await add(tx, 'a');
        if (tries === 1) await preparedRun(tx, "do $$ begin raise exception 'lost' using errcode = '40001'; end $$");
      });
      expect(tries).toBe(2);
      expect(await db.rows('select id from item')).toEqual([{ id: 'a' }]);
    });
  }
});
