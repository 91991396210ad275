import { preparedRows, preparedRun, type SqlValue } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import type { MainDatabase, Schema } from '../../schema.ts';
import type { AuditFilter } from './audit.store.ts';
import { readAuditPage } from './list-audit.service.ts';
import { auditMigrations } from './test-audit.ts';

const many = 200_000;
const began = 1_700_000_000_000;
const windowSize = 5_000;

/** So many requests and outcomes, a second apart; every thousandth entry is a `token_delete`. Nothing is analysed. */
async function fill(database: MainDatabase): Promise<void> {
  const columns = 'location, protocol, username, address, object, operation, plan, digest, code, detail';
  await database.write('fill', async (tx) => {
    await preparedRun(
      tx,
      `insert into audit (xact, number, hash, at, kind, request_id, what, status, ${columns})
       with recursive n (i) as (select 1 union all select i + 1 from n where i < ${many})
       select 0, i, 'h', ${began} + i * 1000, case when i % 2 = 1 then 'request' else 'outcome' end,
         'r' || ((i + 1) / 2), case when i % 1000 = 1 then 'token_delete' else 'server_rename' end, 0,
         'here', 'tls', 'abc', '10.0.0.1', '/1.0/provisioning/servers/s' || i, '', '', '', '', '{}' from n`,
    );
  });
}

type Asked = { text: string; values: readonly SqlValue[] };

/** The database, and what is asked of it. */
function watched(database: MainDatabase): { database: MainDatabase; asked: Asked[] } {
  const asked: Asked[] = [];
  const rows: MainDatabase['rows'] = (text, values = []) => {
    asked.push({ text, values });
    return database.rows(text, values);
  };
  return { database: { ...database, rows }, asked };
}

/** Rows that PostgreSQL went through for a statement, told by itself. */
async function rowsLookedAt(database: MainDatabase, { text, values }: Asked): Promise<number> {
  type Node = Record<string, unknown> & { Plans?: Node[] };
  const [row] = await database.write('explain', (tx) =>
    preparedRows<{ 'QUERY PLAN': { Plan: Node }[] }>(tx, `explain (analyze, format json) ${text}`, values),
  );
  const count = (node: Node): number => {
    const own = Number(node['Actual Rows']) + Number(node['Rows Removed by Filter'] ?? 0);
    const below = (node.Plans ?? []).reduce((sum, plan) => sum + count(plan), 0);
    return own * Number(node['Actual Loops']) + below;
  };
  const plan = row?.['QUERY PLAN'][0]?.Plan;
  return plan === undefined ? Number.NaN : count(plan);
}

const planOf = async (database: MainDatabase, { text, values }: Asked): Promise<string> =>
  (await database.rows<{ detail: string }>(`explain query plan ${text}`, values))
    .map(({ detail }) => detail)
    .join('\n');

/** Whether a statement goes through no more than a window and the outcomes beside it, as the database itself tells. */
async function boundOf(database: MainDatabase, asked: Asked): Promise<string> {
  if (database.dialect === 'postgres') {
    const rows = await rowsLookedAt(database, asked);
    // Each row is counted in each node of the plan that it passes.
    return rows < 6 * windowSize ? 'bounded' : `${rows} rows`;
  }
  const plan = await planOf(database, asked);
  return /^(?!.*SCAN (?!CONSTANT ROW)).*SEARCH (audit|asked) USING (COVERING )?INDEX/s.test(plan) ? 'bounded' : plan;
}

describeOnDatabases<Schema>('the list of the audit', { migrations: auditMigrations }, ({ open }) => {
  test('looks at no more than a window for one page, however much there is and whatever is asked for', async () => {
    const database = await open();
    await fill(database);
    const since = began + many * 500;
    const filters: Omit<AuditFilter, 'limit'>[] = [
      {},
      { who: 'nobody' },
      { object: 'nothing' },
      { what: 'nothing' },
      { what: 'server_rename', who: 'nobody' },
      { since, who: 'nobody' },
      { until: since, object: 'nothing' },
      { before: 100_000, who: 'nobody' },
    ];
    for (const filter of filters) {
      const { database: seen, asked } = watched(database);
      await readAuditPage(seen, { limit: 100, ...filter });
      for (const one of asked) {
        expect(await boundOf(database, one), `${JSON.stringify(filter)}: ${one.text}`).toBe('bounded');
      }
      const [from = 0, to = 0] = asked.at(-1)?.values ?? [];
      const named = filter.what === undefined ? '' : `and what = '${filter.what}'`;
      const [within] = await database.rows<{ n: number }>(
        `select count(*) as n from audit where number >= ? and number < ? ${named}`,
        [from, to],
      );
      expect(within?.n, JSON.stringify(filter)).toBeLessThanOrEqual(windowSize);
    }
  });

  test('that matches nothing ends after as many pages as there are windows, each with a way on', async () => {
    const database = await open();
    await fill(database);
    const pages: (number | undefined)[] = [];
    let before: number | undefined;
    do {
      const { changes, next } = await readAuditPage(database, {
        ...{ limit: 100, who: 'nobody' },
        ...(before === undefined ? {} : { before }),
      });
      expect(changes).toEqual([]);
      before = next?.before;
      pages.push(before);
    } while (before !== undefined);
    expect(pages.slice(0, 2)).toEqual([many - windowSize + 1, many - 2 * windowSize + 1]);
    expect(pages).toHaveLength(many / windowSize);
  });

  test('comes to every entry once, by number, by name, and within a time', async () => {
    const database = await open();
    await fill(database);
    const all = async (filter: Omit<AuditFilter, 'limit'>): Promise<number[]> => {
      const numbers: number[] = [];
      let before: number | undefined;
      do {
        const page = await readAuditPage(database, {
          ...{ limit: 1_000, ...filter },
          ...(before === undefined ? {} : { before }),
        });
        numbers.push(...page.changes.map(({ number }) => number));
        before = page.next?.before;
      } while (before !== undefined);
      return numbers;
    };
    const deleted = Array.from({ length: many / 1_000 }, (_, index) => index * 1_000 + 1).toReversed();
    expect(await all({ what: 'token_delete' })).toEqual(deleted);
    expect(await all({ object: 'servers/s77001' })).toEqual([77_001]);
    const within = { since: began + 50_001_000, until: began + 62_001_000 };
    expect(await all({ ...within, what: 'token_delete' })).toEqual(
      deleted.filter((number) => number >= 50_001 && number <= 62_001),
    );
    expect(await all({ ...within, who: 'abc' })).toHaveLength(6_001);
    expect(await all({ since: began + many * 2_000 })).toEqual([]);
    expect(await all({ until: began })).toEqual([]);
  });
});
