import type { Db } from '../../schema.ts';

export async function countServers(db: Db): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('servers')
    .select(['status', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy('status')
    .orderBy('status')
    .execute();
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

export async function countClusters(db: Db): Promise<number> {
  const row = await db
    .selectFrom('clusters')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}
