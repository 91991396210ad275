import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type News, openPostgres, openPostgresNews } from './index.ts';
import { createPostgresDatabase, findPostgresObstacle, startPostgres } from './testing/postgres-server.ts';

const log = { info: () => {}, warn: () => {} };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function openTwo() {
  const url = await createPostgresDatabase();
  const open = async (): Promise<{ news: News; heard: (readonly string[] | undefined)[] }> => {
    const news = await openPostgresNews({ url, log });
    ends.push(() => news.close());
    const heard: (readonly string[] | undefined)[] = [];
    news.hear('servers', (details) => heard.push(details));
    return { news, heard };
  };
  return { url, first: await open(), second: await open() };
}

async function until(look: () => boolean): Promise<void> {
  for (let tries = 0; !look(); tries += 1) {
    if (tries > 1_000) throw new Error('waited 10 s in vain');
    await pause(10);
  }
}

describe.skipIf(findPostgresObstacle() !== null)('news', () => {
  beforeAll(async () => void (await startPostgres()), 60_000);

  test('go to the others, never back, and what is told together goes together', async () => {
    const { first, second } = await openTwo();
    for (const name of ['server1', 'server2', 'server1']) first.news.tell('servers', name);
    first.news.tell('settings', 'security');
    await until(() => second.heard.length > 0);
    await pause(50);
    expect(second.heard).toEqual([['server1', 'server2']]);
    expect(first.heard).toEqual([]);
  });

  test('that are too many for one message are "anything"', async () => {
    const { first, second } = await openTwo();
    for (let at = 0; at < 1_000; at += 1) first.news.tell('servers', `server-with-a-long-name-${at}`);
    await until(() => second.heard.length > 0);
    expect(second.heard).toEqual([undefined]);
  });

  test('come again after the session was cut, and then anything may have changed', async () => {
    const { url, first, second } = await openTwo();
    const db = await openPostgres({ url, migrations: [] });
    ends.push(() => db.close());
    await db.rows(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'operations-center news' and datname = current_database()",
    );
    await until(() => second.heard.length > 0 && first.heard.length > 0);
    expect(second.heard).toEqual([undefined]);
    first.news.tell('servers', 'server1');
    await until(() => second.heard.length > 1);
    expect(second.heard[1]).toEqual(['server1']);
  });

  test('that are none, and a listener that fails, harm nobody', async () => {
    const { url, first, second } = await openTwo();
    const db = await openPostgres({ url, migrations: [] });
    ends.push(() => db.close());
    for (const garbage of ['', 'null', '{', '[]', '{"from":"x","topic":"servers","details":[1]}'])
      await db.rows('select pg_notify(?, ?)', ['operations_center', garbage]);
    second.news.hear('servers', () => {
      throw new Error('not now');
    });
    const heard: unknown[] = [];
    second.news.hear('servers', (details) => heard.push(details));
    first.news.tell('servers', 'server1');
    await until(() => heard.length > 0);
    expect(second.heard).toEqual([['server1']]);
    expect(heard).toEqual([['server1']]);
  });
});
