import { setTimeout as pause } from 'node:timers/promises';
import { silence } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations.ts';
import { makeLog } from '../../platform/log.ts';
import type { MainDatabase, Schema } from '../../schema.ts';
import { shareCount } from './share-count.ts';
import { balanceShares, shareOf } from './shares.rules.ts';
import { makeShares } from './shares.service.ts';

const leaseMs = 600;
const log = makeLog('', { write: () => undefined });
const names = Array.from({ length: 1_000 }, (_, at) => `server/server${at}`);

test('names spread over the shares, and always fall into the same', () => {
  const counts = new Map<number, number>();
  for (const name of names) counts.set(shareOf(name), (counts.get(shareOf(name)) ?? 0) + 1);
  expect(counts.size).toBe(shareCount);
  expect(Math.max(...counts.values())).toBeLessThan(3 * (names.length / shareCount));
  expect(shareOf('server/server1')).toBe(shareOf('server/server1'));
});

test.each([
  [0, 1, { giveUp: 0, take: 64 }],
  [64, 1, { giveUp: 0, take: 0 }],
  [64, 2, { giveUp: 32, take: 0 }],
  [10, 3, { giveUp: 0, take: 12 }],
  [30, 0, { giveUp: 0, take: 34 }],
])('%i shares held among %i daemons', (held, daemons, expected) => {
  expect(balanceShares(held, daemons)).toEqual(expected);
});

describeOnDatabases<Schema>('shares', { migrations }, ({ dialect, open, again }) => {
  const sharesOf = (database: MainDatabase, id: string) =>
    makeShares({ database, news: silence, log, daemon: { id, leaseMs } });

  if (dialect === 'sqlite') {
    test('are all of the only daemon', async () => {
      const shares = sharesOf(await open(), 'a');
      await shares.start();
      expect(names.every((name) => shares.isMine(name))).toBe(true);
      await shares.stop();
    });
    return;
  }

  test('are divided among two daemons, each name to exactly one, and come back when one leaves', async () => {
    const [a, b] = [sharesOf(await open(), 'a'), sharesOf(await again(), 'b')];
    await a.start();
    expect(names.every((name) => a.isMine(name))).toBe(true);
    await b.start();
    await until(() => names.some((name) => b.isMine(name)));
    for (let look = 0; look < 50; look += 1) {
      expect(names.filter((name) => a.isMine(name) && b.isMine(name))).toEqual([]);
      await pause(5);
    }
    await until(() => names.every((name) => a.isMine(name) || b.isMine(name)));
    await b.stop();
    await until(() => names.every((name) => a.isMine(name)));
    await a.stop();
  });

  test('that were given back are not taken again by news that comes late', async () => {
    const db = await open();
    let writes = 0;
    const counted: MainDatabase = { ...db, write: (...call) => ((writes += 1), db.write(...call)) };
    const heard: ((details: undefined) => void)[] = [];
    const news = {
      ...silence,
      hear: (_topic: string, listener: (details: undefined) => void) => void heard.push(listener),
    };
    const shares = makeShares({ database: counted, news, log, daemon: { id: 'a', leaseMs } });
    await shares.start();
    await shares.stop();
    writes = 0;
    for (const listener of heard) listener(undefined);
    await pause(10);
    expect([heard.length, writes]).toEqual([1, 0]);
  });

  test('of a dead daemon are taken over within its lease and a beat; what it saw before is not believed', async () => {
    const [db, other] = [await open(), await again()];
    let isDead = false;
    const dying: MainDatabase = {
      ...db,
      write: (name, body, options) => (isDead ? Promise.reject(new Error('dead')) : db.write(name, body, options)),
    };
    const a = sharesOf(dying, 'a');
    await a.start();
    const grip = a.grip('server/server1');
    expect(await db.write('look', grip)).toBe(true);
    isDead = true;
    const b = sharesOf(other, 'b');
    const startedMs = performance.now();
    await b.start();
    expect(b.isMine('server/server1')).toBe(false);
    await until(() => names.every((name) => b.isMine(name)));
    expect(performance.now() - startedMs).toBeLessThan(4 * leaseMs);
    expect(a.isMine('server/server1')).toBe(false);
    expect(await db.write('look', grip)).toBe(false);
    await b.stop();
    await a.stop();
  });
});

async function until(look: () => boolean): Promise<void> {
  for (let tries = 0; !look(); tries += 1) {
    if (tries > 1_000) throw new Error('waited 10 s in vain');
    await pause(10);
  }
}
