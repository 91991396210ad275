import { preparedRows, silence } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import type { MainDatabase, Schema } from '../../schema.ts';
import { createAuditTables } from '../audit/audit.tables.ts';
import type { NewEvent } from './event.ts';
import { makeEventLog, readOn } from './events.service.ts';
import { pruneEvents } from './events.store.ts';
import { createEventTables } from './events.tables.ts';
import { makeNumbering, type Numbering } from './numbering.service.ts';
import { pruneOld } from './prune-events.service.ts';

const silent = pino({ level: 'silent' });
const migrations = [
  {
    name: '0001-events',
    async up(tx: Parameters<typeof createEventTables>[0], dialect: 'sqlite' | 'postgres') {
      await createEventTables(tx, dialect);
      await createAuditTables(tx, dialect);
    },
  },
];
const eventOf = (action: string): NewEvent => ({
  type: 'lifecycle',
  at: Date.now(),
  metadata: { action, source: '/1.0' },
});
const clock = { nowMs: () => Date.now(), sleepUntil: async () => undefined };

const started: Numbering[] = [];
afterEach(async () => {
  for (const numbering of started.splice(0)) await numbering.stop();
});

async function startLog(database: MainDatabase) {
  const numbering = makeNumbering({ database, log: silent, news: silence, logs: [{ name: 'events' }] });
  started.push(numbering);
  await numbering.start();
  return { numbering, log: makeEventLog({ clock, location: 'here', numbering }) };
}

type Seen = { number: number; action: string };

/** Reads on until `count` events were seen. */
async function follow(database: MainDatabase, numbering: Numbering, count: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  let position = 0;
  while (seen.length < count) {
    await numbering.passed('events', position, AbortSignal.timeout(20_000));
    const page = await readOn({ database, numbering }, position, 7);
    expect(page.lost).toBeUndefined();
    position = page.position;
    for (const { number, metadata } of page.events) seen.push({ number, action: JSON.parse(metadata).action });
  }
  return seen;
}

describeOnDatabases<Schema>('numbered events', { migrations }, ({ dialect, open, again }) => {
  test('come once each, in order, without a hole, to a reader who follows many writers', async () => {
    const database = await open();
    const { numbering, log } = await startLog(database);
    const wanted = Array.from({ length: 120 }, (_, index) => `event-${index}`);
    const reading = follow(database, numbering, wanted.length);
    await Promise.all(
      wanted.map((action, index) =>
        database.write('test', async (tx) => {
          await log.append(tx, eventOf(action));
          // On PostgreSQL the first to write are the last to commit.
          if (dialect === 'postgres') await idle((wanted.length - index) % 13);
        }),
      ),
    );
    const seen = await reading;
    expect(seen.map(({ number }) => number)).toEqual(wanted.map((_, index) => index + 1));
    expect(seen.map(({ action }) => action).toSorted()).toEqual(wanted.toSorted());
  });

  test('of a write that is taken back never come, and leave no hole', async () => {
    const database = await open();
    const { numbering, log } = await startLog(database);
    await database.write('kept', (tx) => log.append(tx, eventOf('first')));
    const lost = database.write('lost', async (tx) => {
      await log.append(tx, eventOf('lost'));
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    await database.write('kept', (tx) => log.append(tx, eventOf('second')));
    expect(await follow(database, numbering, 2)).toEqual([
      { number: 1, action: 'first' },
      { number: 2, action: 'second' },
    ]);
  });

  test('that a daemon left without a number when it died get one from the next', async () => {
    const database = await open();
    const dead = { nudge: () => undefined };
    const log = makeEventLog({ clock, location: 'dead', numbering: dead });
    await database.write('last words', (tx) => log.append(tx, eventOf('orphan')));
    const { numbering } = await startLog(database);
    expect(numbering.head('events').number).toBe(1);
  });

  test('say what was lost to a reader who was away for too long, or who knows another log', async () => {
    const database = await open();
    const { numbering, log } = await startLog(database);
    for (const action of ['a', 'b', 'c', 'd']) await database.write('test', (tx) => log.append(tx, eventOf(action)));
    await follow(database, numbering, 4);
    await database.write('prune', (tx) => pruneEvents(tx, 2, 10));
    // Before it was learned that they are gone, and after.
    for (const learn of [false, true]) {
      if (learn) await numbering.flush();
      const page = await readOn({ database, numbering }, 1, 10);
      expect(page).toMatchObject({
        position: 4,
        lost: { reason: 'pruned', resume: 2 },
        events: [{ number: 3 }, { number: 4 }],
      });
    }
    const { lost, position } = await readOn({ database, numbering }, 99, 10);
    expect({ lost, position }).toEqual({ lost: { reason: 'unknown', resume: 4 }, position: 4 });
    expect((await readOn({ database, numbering }, 2, 10)).lost).toBeUndefined();
  });

  test('are kept for a while, and no more than so many', async () => {
    const database = await open();
    const { numbering, log } = await startLog(database);
    const day = 86_400_000;
    for (const age of [9, 8, 2, 1, 0])
      await database.write('test', (tx) => log.append(tx, { ...eventOf(`${age} days`), at: Date.now() - age * day }));
    await follow(database, numbering, 5);
    const left = async (keep: { ms: number; count: number }) => {
      await pruneOld({ database, clock, numbering, keep }, new AbortController().signal);
      return (await database.rows<{ number: number }>('select number from events order by number')).map(
        (row) => row.number,
      );
    };
    expect(await left({ ms: 7 * day, count: 100 })).toEqual([3, 4, 5]);
    expect(await left({ ms: 7 * day, count: 2 })).toEqual([4, 5]);
    expect(await left({ ms: 7 * day, count: 2 })).toEqual([4, 5]);
    await numbering.flush();
    expect(numbering.head('events')).toMatchObject({ number: 5, pruned: 3 });
  });

  if (dialect === 'postgres') {
    test('wait for an older transaction, and never pass an event that was seen before them', async () => {
      const database = await open();
      const { numbering, log } = await startLog(database);
      const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const slow = database.write('slow', async (tx) => {
        await log.append(tx, eventOf('slow'));
        begun.resolve();
        await gate.promise;
      });
      await begun.promise;
      await database.write('quick', (tx) => log.append(tx, eventOf('quick')));
      await numbering.flush();
      expect(numbering.head('events').number).toBe(0);
      gate.resolve();
      await slow;
      expect(await follow(database, numbering, 2)).toEqual([
        { number: 1, action: 'slow' },
        { number: 2, action: 'quick' },
      ]);
    });

    test('that could know of one another keep their order, whatever the age of their transactions', async () => {
      const database = await open();
      const { numbering, log } = await startLog(database);
      /** A transaction that is open and known to the database until it is told to go on. */
      const begin = async (last: string | undefined) => {
        const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const done = database.write('test', async (tx) => {
          await preparedRows(tx, 'select pg_current_xact_id()::text');
          begun.resolve();
          await gate.promise;
          if (last !== undefined) await log.append(tx, eventOf(last));
        });
        await begun.promise;
        return () => (gate.resolve(), done);
      };
      const endOldest = await begin('effect');
      const endOther = await begin(undefined);
      await database.write('cause', (tx) => log.append(tx, eventOf('cause')));
      await endOldest();
      await numbering.flush();
      await endOther();
      expect((await follow(database, numbering, 2)).map(({ action }) => action)).toEqual(['cause', 'effect']);
    });

    test('are numbered once by two daemons that both number, and both see all', async () => {
      const [one, two] = [await open(), await again()];
      const [first, second] = [await startLog(one), await startLog(two)];
      const reading = [follow(one, first.numbering, 60), follow(two, second.numbering, 60)];
      await Promise.all(
        Array.from({ length: 60 }, (_, index) => {
          const [database, { log }] = index % 2 === 0 ? [one, first] : [two, second];
          return database.write('test', (tx) => log.append(tx, eventOf(`event-${index}`)));
        }),
      );
      const [seen, alsoSeen] = await Promise.all(reading);
      expect(seen).toEqual(alsoSeen);
      expect(seen?.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    });
  }
});

/** Lets the loop turn, so that others go on meanwhile. */
async function idle(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
